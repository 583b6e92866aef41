import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startReceiver } from '../test/e2e/receiver.ts';
import { freePort } from './free-port.ts';
import type { MeasuredProgram } from './measured-program.ts';
import { post } from './post.ts';
import { cpuMs, residentMib } from './process-usage.ts';
import { sendRequests } from './send-requests.ts';

/** Debian's package has the same name. */
export const ALERTMANAGER = 'prometheus-alertmanager';

/** Starts Alertmanager with its files in `folder`: one group for each alert, so that each is a notification of its own. */
export async function startAlertmanager(folder: string): Promise<MeasuredProgram> {
  const receiver = await startReceiver();
  const [ca, config] = [join(folder, 'alertmanager.pem'), join(folder, 'alertmanager.yml')];
  writeFileSync(ca, receiver.ca, { mode: 0o600 });
  writeFileSync(
    config,
    `route: { receiver: hook, group_by: ['...'], group_wait: 0s, group_interval: 1m, repeat_interval: 1h }
receivers:
  - name: hook
    webhook_configs: [{ url: '${receiver.url}', http_config: { tls_config: { ca_file: '${ca}' } } }]
`,
  );
  const address = `127.0.0.1:${String(await freePort())}`;
  const own = [`--config.file=${config}`, `--storage.path=${join(folder, 'alertmanager')}`];
  const child = spawn(
    ALERTMANAGER,
    [...own, `--web.listen-address=${address}`, '--cluster.listen-address='],
    {
      stdio: 'ignore',
    },
  );
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid ?? 0;
  const url = `http://${address}/api/v2/alerts`;
  const postJson = async (body: string): Promise<number> =>
    (await post(url, { headers: { 'content-type': 'application/json' }, body })).status;
  const isUp = async (): Promise<boolean> =>
    postJson('[]')
      .then((status) => status === 200)
      .catch(() => false);
  while (!(await isUp())) await pause(50);
  return {
    receiver,
    cpuMs: () => cpuMs(pid),
    mib: () => residentMib(pid),
    send: (what) =>
      sendRequests(what, async (titles) => {
        const status = await postJson(JSON.stringify(titles.map(alertOf)));
        if (status !== 200) throw new Error(`Alertmanager answered ${String(status)}`);
      }),
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      await receiver.close();
    },
  };
}

/** As large as those of `postAlerts`. */
function alertOf(title: string) {
  return {
    labels: { alertname: title, severity: 'high', environment: 'prod', rule: 'threat-intel' },
    annotations: {
      summary: title,
      description: 'Traffic to an address that is on a threat intelligence list. '.repeat(4),
    },
  };
}
