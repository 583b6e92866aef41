import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startReceiver, type ReceivedPost, type Receiver } from './receiver.ts';
import {
  runGateway,
  type CreatedDestination,
  type CreatedSource,
  type RunningGateway,
} from './running-gateway.ts';

const PATIENCE = { timeout: 30_000, interval: 200 };
const ALERTS_PER_SENDER = 25;
const SENDERS = 4;

let gateway: RunningGateway;
let receiver: Receiver;
let source: CreatedSource;
let destination: CreatedDestination;

beforeAll(async () => {
  gateway = await runGateway();
  receiver = await startReceiver();
  source = await gateway.tocsin<CreatedSource>(
    'source',
    'create',
    '--name',
    'edr',
    '--format',
    'generic',
    '--auth',
    'hmac',
    '--header',
    'x-signature',
  );
  destination = await gateway.tocsin<CreatedDestination>(
    'destination',
    'create',
    'webhook',
    '--name',
    'siem',
    '--url',
    receiver.url,
    '--ca-file',
    gateway.file('ca.pem', receiver.ca),
    '--retry',
    '1s,2s,4s',
  );
});

afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

it('no alert is refused and no signature fails while both secrets are rotated under load', async () => {
  const sourceSecrets = [source.secret];
  const destinationSecrets = [destination.secret];
  const progress = { accepted: 0, withNewSecret: 0, statuses: new Map<number, number>() };

  const send = async (sender: number): Promise<void> => {
    for (let number = 0; number < ALERTS_PER_SENDER; number += 1) {
      // Half of the senders go on with the previous secret, as a fleet does while it is being changed over.
      const secret = sourceSecrets.at(sender % 2 === 0 ? -1 : -2) ?? source.secret;
      const body = JSON.stringify({ title: `alert ${String(sender)}-${String(number)}` });
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      const response = await fetch(source.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [source.header]: `sha256=${signature}` },
        body,
      });
      await response.arrayBuffer();
      progress.statuses.set(response.status, (progress.statuses.get(response.status) ?? 0) + 1);
      progress.accepted += response.status === 202 ? 1 : 0;
      progress.withNewSecret += secret === source.secret ? 0 : 1;
    }
  };
  const rotate = async (): Promise<void> => {
    await vi.waitFor(() => {
      expect(progress.accepted).toBeGreaterThanOrEqual((SENDERS * ALERTS_PER_SENDER) / 4);
    }, PATIENCE);
    const overlap = ['--overlap', '1h'];
    const newDestination = await gateway.tocsin<{ secret: string }>(
      'destination',
      'rotate',
      'siem',
      ...overlap,
    );
    const newSource = await gateway.tocsin<{ secret: string }>('source', 'rotate', 'edr', ...overlap);
    destinationSecrets.push(newDestination.secret);
    sourceSecrets.push(newSource.secret);
  };
  await Promise.all([rotate(), ...Array.from({ length: SENDERS }, async (_, sender) => send(sender))]);
  expect([...progress.statuses]).toEqual([[202, SENDERS * ALERTS_PER_SENDER]]);
  expect(new Set([...sourceSecrets, ...destinationSecrets]).size).toBe(4);
  expect(progress.withNewSecret).toBeGreaterThan(0);

  await vi.waitFor(() => {
    expect(receiver.posts).toHaveLength(SENDERS * ALERTS_PER_SENDER);
  }, PATIENCE);
  for (const post of receiver.posts) {
    expect(destinationSecrets.some((secret) => isVerified(post, secret))).toBe(true);
  }
});

/** As a receiver verifies that knows one secret. */
function isVerified({ body, headers }: ReceivedPost, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, {
      'webhook-id': String(headers['webhook-id']),
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    });
  } catch {
    return false;
  }
  return headers['tocsin-signature'] === `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
