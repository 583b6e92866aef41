import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from './receiver.ts';
import { LOOPBACK, runGateway, type CreatedSource, type RunningGateway } from './running-gateway.ts';

const PATIENCE = { timeout: 20_000, interval: 200 };
type Listed = { deliveries: { recipient: string; state: string; reason?: string; attempts: object[] }[] };

let gateway: RunningGateway;
let receiver: Receiver;
let source: CreatedSource;

beforeAll(async () => {
  receiver = await startReceiver();
  gateway = await runGateway({ egressAllow: LOOPBACK, mailsPerDay: 2 });
  source = await gateway.tocsin('source', 'create', '--name', 's', '--format', 'generic', '--auth', 'bearer');
  await gateway.tocsin('destination', 'create', 'email', '--name', 'ops', '--to', 'ops@example.com');
  const ca = gateway.file('ca.pem', receiver.ca);
  const hook = ['--name', 'hook', '--url', receiver.url, '--ca-file', ca];
  await gateway.tocsin('destination', 'create', 'webhook', ...hook);
  await gateway.tocsin('remediation', 'set', 'disk_*', '--step', 'Call the storage desk');
});
afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

async function send(title: string): Promise<void> {
  const response = await fetch(source.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${source.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title, type: 'disk_full', severity: 'critical' }),
  });
  expect(response.status).toBe(202);
}

const list = async () =>
  (await gateway.tocsin<Listed>('deliveries', 'list', '--recipient', 'OPS@')).deliveries;

it('a quota that is used up: mails wait, lose no attempt, and the webhook is told', async () => {
  for (const [index, title] of ['first', 'second'].entries()) {
    await send(title);
    await vi.waitFor(async () => expect(await gateway.local.mails()).toHaveLength(index + 1), PATIENCE);
  }
  for (const title of ['third', 'fourth']) {
    await send(title);
    await vi.waitFor(async () => {
      const waiting = (await list()).filter(({ state }) => state === 'pending');
      expect(waiting.length).toBeGreaterThan(title === 'third' ? 0 : 1);
    }, PATIENCE);
  }
  const waiting = (await list()).filter(({ state }) => state === 'pending');
  expect(waiting).toMatchObject(
    waiting.map(() => ({ recipient: 'ops@example.com', reason: 'mail-quota-exhausted', attempts: [] })),
  );
  await vi.waitFor(() => {
    const told = receiver.posts.map(({ body }) => body).filter((body) => body.includes('tocsin.mail-quota'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('SES takes no more mails today');
  }, PATIENCE);
  expect(await gateway.tocsin('status')).toMatchObject({
    mail: { state: 'exhausted', per_day: 2, sent_last_24h: 2, looks_like_sandbox: true },
  });
  // The mails that went out say what the operator wants done.
  for (const { text } of await gateway.local.mails()) expect(text).toContain('Call the storage desk');
  const used = gateway.local
    .usedGrants()
    .filter(({ functionName }) => functionName === 'Tocsin-deliver-email')
    .map(({ action }) => action);
  expect(used).toEqual(expect.arrayContaining(['ses:GetSendQuota', 'dynamodb:Query']));
  expect(gateway.errors.filter((line) => line.includes('AccessDenied'))).toEqual([]);
});
