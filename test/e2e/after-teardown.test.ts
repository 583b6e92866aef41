import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from './receiver.ts';
import { runGateway, type CreatedSource, type RunningGateway } from './running-gateway.ts';

const PATIENCE = { timeout: 30_000, interval: 200 };

let gateway: RunningGateway;
let receiver: Receiver;

beforeAll(async () => {
  gateway = await runGateway();
  receiver = await startReceiver();
});
afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

it('a table whose secrets were torn down serves again with new ones, as docs/deploy.md says', async () => {
  const ca = gateway.file('ca.pem', receiver.ca);
  const called = ['--name', 'siem', '--url', receiver.url, '--ca-file', ca];
  await gateway.tocsin('destination', 'create', 'webhook', ...called);
  await gateway.tocsin('source', 'create', '--name', 'scanner', '--format', 'generic');
  const { removed } = await gateway.tocsin<{ removed: string[] }>('teardown', '--yes');
  expect(removed).toHaveLength(2);

  const { url, secret } = await gateway.tocsin<CreatedSource>('source', 'rotate', 'scanner');
  await gateway.tocsin('destination', 'rotate', 'siem');
  await gateway.tocsin('destination', 'update', 'siem', '--ca-file', ca);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'with new secrets' }),
  });
  expect(answer.status).toBe(202);
  await vi.waitFor(
    () => expect(receiver.posts.map(({ body }) => body).join()).toContain('with new secrets'),
    PATIENCE,
  );
});
