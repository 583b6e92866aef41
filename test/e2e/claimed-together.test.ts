import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from './receiver.ts';
import {
  type CreatedSource,
  LOOPBACK,
  runGateway,
  type RunningGateway,
  type ShownDelivery,
} from './running-gateway.ts';

let gateway: RunningGateway;
let receiver: Receiver;

beforeAll(async () => {
  // So slow that requests, alerts and deliveries come together while a batch is worked off.
  gateway = await runGateway({ egressAllow: LOOPBACK, callLatencyMs: 30 });
  receiver = await startReceiver();
});
afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

it('alerts that came alone, at one time, are begun together and delivered once each', async () => {
  const ca = gateway.file('receiver.pem', receiver.ca);
  const to = ['--name', 'siem', '--url', receiver.url, '--ca-file', ca];
  await gateway.tocsin('destination', 'create', 'webhook', ...to);
  const from = ['--name', 'scanner', '--format', 'generic', '--auth', 'bearer'];
  const source = await gateway.tocsin<CreatedSource>('source', 'create', ...from);
  const numbers = Array.from({ length: 30 }, (_, index) => index);
  const statuses = await Promise.all(
    numbers.map(async (number) => {
      const { status } = await fetch(source.url, {
        method: 'POST',
        headers: { authorization: `Bearer ${source.secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ severity: 'high', title: `alert ${String(number)}` }),
      });
      return status;
    }),
  );
  expect(new Set(statuses)).toEqual(new Set([202]));

  const list = ['deliveries', 'list', '--destination', 'siem', '--limit', '100'];
  await vi.waitFor(
    async () => {
      const { deliveries } = await gateway.tocsin<{ deliveries: ShownDelivery[] }>(...list);
      expect(deliveries.map(({ state }) => state)).toEqual(numbers.map(() => 'delivered'));
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(new Set(receiver.posts.map(({ headers }) => headers['tocsin-delivery'])).size).toBe(numbers.length);
  expect(receiver.posts).toHaveLength(numbers.length);
  const rights = gateway.local
    .usedGrants()
    .filter(({ functionName }) => functionName === 'Tocsin-deliver-webhook')
    .map(({ action }) => action);
  expect(rights).toContain('dynamodb:PartiQLInsert');
  expect(gateway.errors).toEqual([]);
});
