import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from './receiver.ts';
import { programOnPath } from '../program-on-path.ts';
import { runGateway, type CreatedSource, type RunningGateway } from './running-gateway.ts';

const PROGRAM = 'prometheus-alertmanager';
const isInstalled = programOnPath(PROGRAM) !== undefined;
const PATIENCE = { timeout: 30_000, interval: 200 };

type Envelope = {
  event_type: string;
  data: { title: string; status: string; severity: string; dedup_key: string };
};

// Debian's package is a real sender; where it is missing there is nobody to send.
describe.skipIf(!isInstalled)(`a real Alertmanager (skipped where ${PROGRAM} is not installed)`, () => {
  let gateway: RunningGateway;
  let receiver: Receiver;
  let alertmanager: ChildProcess;
  let api: string;

  beforeAll(async () => {
    gateway = await runGateway();
    receiver = await startReceiver();
    const source = await gateway.tocsin<CreatedSource>(
      ...'source create --name prometheus --format alertmanager --auth basic --username alertmanager'.split(
        ' ',
      ),
    );
    await gateway.tocsin(
      ...`destination create webhook --name siem --url ${receiver.url}`.split(' '),
      '--ca-file',
      gateway.file('ca.pem', receiver.ca),
    );
    const config = gateway.file(
      'alertmanager.yml',
      `route: { receiver: tocsin, group_wait: 100ms, group_interval: 200ms, repeat_interval: 1h }
receivers:
  - name: tocsin
    webhook_configs:
      - url: ${source.url}
        send_resolved: true
        http_config: { basic_auth: { username: alertmanager, password: "${source.secret}" } }
`,
    );
    const port = await freePort();
    api = `http://127.0.0.1:${String(port)}/api/v2`;
    alertmanager = spawn(PROGRAM, [
      `--config.file=${config}`,
      `--storage.path=${gateway.dataDir}/alertmanager`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
      '--cluster.listen-address=',
    ]);
    await vi.waitFor(async () => fetch(`${api}/status`), PATIENCE);
  });

  afterAll(async () => {
    alertmanager.kill('SIGKILL');
    await gateway.close();
    await receiver.close();
  });

  async function tell(endsAt?: string): Promise<void> {
    const response = await fetch(`${api}/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([
        {
          labels: { alertname: 'DiskFull', severity: 'critical', instance: 'db1:9100' },
          annotations: { summary: 'Disk of db1 is full' },
          generatorURL: 'http://prometheus.example/graph',
          ...(endsAt !== undefined && { endsAt }),
        },
      ]),
    });
    expect(response.status).toBe(200);
  }

  const received = (): Envelope[] => receiver.posts.map(({ body }) => JSON.parse(body) as Envelope);

  it('sends firing through to a webhook', async () => {
    await tell();
    await vi.waitFor(() => {
      expect(received()).toMatchObject([
        {
          event_type: 'alert_created',
          data: {
            title: expect.stringContaining('Disk of db1 is full') as string,
            status: 'firing',
            severity: 'critical',
          },
        },
      ]);
    }, PATIENCE);
  });

  it('sends resolved through, under the same dedup key', async () => {
    await tell(new Date().toISOString());
    await vi.waitFor(() => {
      expect(received().at(-1)).toMatchObject({ event_type: 'alert_resolved', data: { status: 'resolved' } });
    }, PATIENCE);
    expect(new Set(received().map(({ data }) => data.dedup_key)).size).toBe(1);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
