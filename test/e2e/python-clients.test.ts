import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runGateway, type CreatedSource, type RunningGateway } from './running-gateway.ts';

/** A Python that has the packages below: `python3 -m venv v && v/bin/pip install apprise pagerduty standardwebhooks`. */
const PYTHON = process.env['TOCSIN_PYTHON'] ?? 'python3';
const canImport = spawnSync(PYTHON, ['-c', 'import apprise, pagerduty, standardwebhooks']).status === 0;
const run = promisify(execFile);
const PATIENCE = { timeout: 20_000, interval: 200 };

type Told = {
  alert: { title: string; severity: string; status: string; dedup_key: string; is_severity_assumed?: true };
};

const why = canImport
  ? ''
  : ` (skipped: ${PYTHON} has no apprise, pagerduty and standardwebhooks; set TOCSIN_PYTHON)`;

// Programs as their makers publish them, each used as its own page says.
describe.skipIf(!canImport)(`clients from PyPI${why}`, () => {
  let gateway: RunningGateway;

  beforeAll(async () => {
    gateway = await runGateway();
  });
  afterAll(async () => {
    await gateway.close();
  });

  const source = async (...argv: string[]) => gateway.tocsin<CreatedSource>('source', 'create', ...argv);
  const python = async (script: string, ...argv: string[]): Promise<string> => {
    const { stdout } = await run(PYTHON, ['-c', script, ...argv], { timeout: 60_000 });
    return stdout.trim();
  };
  /** The alerts of a source, in any order. */
  const told = async (name: string, count: number): Promise<Told['alert'][]> =>
    vi.waitFor(async () => {
      const { alerts } = await gateway.tocsin<{ alerts: { id: string }[] }>(
        'alerts',
        'list',
        '--source',
        name,
      );
      expect(alerts).toHaveLength(count);
      const shown = alerts.map(async ({ id }) => gateway.tocsin<Told>('alerts', 'show', id));
      return (await Promise.all(shown)).map(({ alert }) => alert);
    }, PATIENCE);

  it('Apprise posts its JSON, and its types are severities', async () => {
    const { url, secret } = await source('--name', 'apprise', '--format', 'generic');
    const { host, pathname } = new URL(url);
    const answered = await python(
      `
import apprise, sys
sender = apprise.Apprise()
sender.add(sys.argv[1])
kinds = [apprise.NotifyType.FAILURE, apprise.NotifyType.WARNING, apprise.NotifyType.INFO]
print([bool(sender.notify(title="Backup of db-1", body="disk full", notify_type=kind)) for kind in kinds])
`,
      `json://${host}${pathname}?+Authorization=Bearer%20${encodeURIComponent(secret)}`,
    );
    expect(answered).toBe('[True, True, True]');
    const alerts = await told('apprise', 3);
    expect(alerts.map(({ severity }) => severity).toSorted()).toEqual(['high', 'info', 'medium']);
    for (const { title } of alerts) expect(title).toBe('Backup of db-1');
  });

  it('the client of PagerDuty triggers, acknowledges and resolves, and reads the key from the answer', async () => {
    const { url, secret } = await source(
      ...'--name pager --format pagerduty-events --auth routing-key'.split(' '),
    );
    const base = url.replace(/\/v2\/enqueue$/u, '');
    const key = await python(
      `
import pagerduty, sys
client = pagerduty.EventsApiV2Client(sys.argv[2], base_url="https://events.pagerduty.com")
# It takes https alone; the local run has plain HTTP on loopback.
client._url = sys.argv[1]
key = client.trigger("Disk full on db-1", "db-1", severity="critical", custom_details={"free": "0 B"})
assert client.acknowledge(key) == key
assert client.resolve(key) == key
print(key)
`,
      base,
      secret,
    );
    const alerts = await told('pager', 3);
    expect(new Set(alerts.map(({ dedup_key: own }) => own))).toEqual(new Set([key]));
    expect(alerts.map(({ status }) => status).toSorted()).toEqual(['firing', 'firing', 'resolved']);
    expect(alerts.find(({ status }) => status === 'resolved')?.is_severity_assumed).toBe(true);
    expect(alerts.find(({ severity }) => severity === 'critical')?.title).toBe('Disk full on db-1');
  });

  it('the library of Standard Webhooks signs with the printed secret', async () => {
    const { url, secret } = await source('--name', 'standard', '--preset', 'standard-webhooks');
    const answered = await python(
      `
import datetime, sys, urllib.request
from standardwebhooks.webhooks import Webhook
body = '{"title": "Signed by the library"}'
now = datetime.datetime.now(datetime.timezone.utc)
signature = Webhook(sys.argv[2]).sign("msg_1", now, body)
headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
request = urllib.request.Request(sys.argv[1], body.encode(), headers)
print(urllib.request.urlopen(request, timeout=20).status)
`,
      url,
      secret,
    );
    expect(answered).toBe('202');
    expect((await told('standard', 1))[0]?.title).toBe('Signed by the library');
  });
});
