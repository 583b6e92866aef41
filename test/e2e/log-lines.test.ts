import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from './receiver.ts';
import { runGateway, type CreatedSource, type RunningGateway } from './running-gateway.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let gateway: RunningGateway;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  gateway = await runGateway();
});
afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

type Line = { event: string; lambdaRequestId?: string; apiRequestId?: string };

/** What a function logged, whole lines of JSON. */
function linesOf(name: string): Line[] {
  const folder = join(gateway.dataDir, 'logs');
  const file = readdirSync(folder).find((one) => one.startsWith(`Tocsin-${name}.`));
  if (file === undefined) return [];
  return readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}

it('every line that a function logs names its invocation, and the request behind it as the sender knows it', async () => {
  const source = await gateway.tocsin<CreatedSource>(
    'source',
    'create',
    '--name',
    's',
    '--format',
    'generic',
    '--auth',
    'bearer',
  );
  await gateway.tocsin('destination', 'create', 'email', '--name', 'ops', '--to', 'ops@example.com');
  const ca = gateway.file('ca.pem', receiver.ca);
  const hook = ['--name', 'hook', '--url', receiver.url, '--ca-file', ca];
  await gateway.tocsin('destination', 'create', 'webhook', ...hook);
  const send = async (authorization: string): Promise<Response> =>
    fetch(source.url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'x', severity: 'critical' }),
    });

  const accepted = await send(`Bearer ${source.secret}`);
  const refused = await send('Bearer wrong');
  const problem = (await refused.json()) as { request_id: string };
  expect([accepted.status, refused.status]).toEqual([202, 401]);

  const names = ['ingest', 'route', 'deliver-email', 'deliver-webhook', 'record-email-feedback'];
  await vi.waitFor(() => {
    for (const name of names) expect(linesOf(name), name).not.toEqual([]);
    expect(linesOf('ingest').map(({ event }) => event)).toContain('alert.rejected');
  }, PATIENCE);
  for (const line of names.flatMap(linesOf)) {
    expect(line).toMatchObject({ lambdaRequestId: expect.stringMatching(UUID) as unknown });
  }
  const ofRequests = linesOf('ingest').map(({ event, apiRequestId }) => [event, apiRequestId]);
  expect(ofRequests).toContainEqual(['alert.accepted', accepted.headers.get('apigw-requestid')]);
  expect(ofRequests).toContainEqual(['alert.rejected', problem.request_id]);
  expect(refused.headers.get('apigw-requestid')).toBe(problem.request_id);
}, 60_000);
