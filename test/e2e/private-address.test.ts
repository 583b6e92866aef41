import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from './receiver.ts';
import {
  LOOPBACK,
  runGateway,
  type CreatedDestination,
  type CreatedSource,
  type RunningGateway,
  type ShownDelivery,
} from './running-gateway.ts';

let gateway: RunningGateway;
let receiver: Receiver;

beforeAll(async () => {
  // As deployed: nothing is let past the guard.
  gateway = await runGateway({});
  receiver = await startReceiver();
});

afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

it('refuses a destination whose name resolves to a private address when it is created', async () => {
  const { code, stderr } = await gateway.tryTocsin(
    ['destination', 'create', 'webhook', '--name', 'inside', '--url', 'https://hooks.example/in'],
    { env: { TOCSIN_EGRESS_ALLOW: LOOPBACK }, resolve: async () => ['93.184.215.14', '10.0.0.7'] },
  );
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/url/u);
  expect(stderr).toContain('10.0.0.7');
  expect(await gateway.tocsin('destination', 'list')).toMatchObject({ destinations: [] });
});

it('opens no connection when the name resolves to a private address later', async () => {
  // A public address on the day of creation; what localhost resolves to in the function is this machine.
  const created = await gateway.tryTocsin(
    [
      'destination',
      'create',
      'webhook',
      '--name',
      'moved',
      '--url',
      receiver.url,
      '--retry',
      'none',
      '--json',
      '--ca-file',
      gateway.file('ca.pem', receiver.ca),
    ],
    { resolve: async () => ['93.184.215.14'] },
  );
  expect(created.code, created.stderr).toBe(0);
  const destination = JSON.parse(created.stdout) as CreatedDestination;
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
  const response = await fetch(source.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${source.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'to a place that moved' }),
  });
  expect(response.status).toBe(202);
  await vi.waitFor(
    async () => {
      const { deliveries } = await gateway.tocsin<{ deliveries: ShownDelivery[] }>(
        'deliveries',
        'list',
        '--destination',
        destination.name,
      );
      expect(deliveries).toMatchObject([{ state: 'dead', reason: 'refused-url' }]);
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(receiver.connections()).toBe(0);
});
