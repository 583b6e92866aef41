import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PRIVATE_RANGES as RANGES, privateAddress } from './machine-address.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import {
  LOOPBACK,
  runGateway,
  type Accepted,
  type CreatedSource,
  type RunningGateway,
  type ShownDelivery,
} from './running-gateway.ts';

const PATIENCE = { timeout: 20_000, interval: 200 };

const address = privateAddress();

let gateway: RunningGateway;
let outside: Receiver;
let source: CreatedSource;

beforeAll(async () => {
  // Loopback is past the guard, as always in a local run: for public destinations, and for them alone.
  gateway = await runGateway({ egressAllow: LOOPBACK, privateRanges: RANGES });
  outside = await startReceiver();
  source = await gateway.tocsin<CreatedSource>('source', 'create', '--name', 's', '--format', 'generic');
});

afterAll(async () => {
  await gateway.close();
  await outside.close();
});

async function create(name: string, receiver: Receiver, ...more: string[]): Promise<void> {
  const ca = gateway.file(`${name}.pem`, receiver.ca);
  const given = ['--name', name, '--url', receiver.url, '--ca-file', ca];
  await gateway.tocsin('destination', 'create', 'webhook', ...given, ...more);
}

async function accepted(title: string): Promise<string> {
  const response = await fetch(source.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${source.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title }),
  });
  const {
    alert_ids: [id = ''],
  } = (await response.json()) as Accepted;
  return id;
}

type Listed = Omit<ShownDelivery, 'attempts'> & {
  attempts: (ShownDelivery['attempts'][number] & { address?: string })[];
};

async function deliveryTo(destination: string, alert: string): Promise<Listed | undefined> {
  const { deliveries } = await gateway.tocsin<{ deliveries: { id: string }[] }>(
    'deliveries',
    'list',
    '--destination',
    destination,
    '--alert',
    alert,
  );
  const [first] = deliveries;
  return first && gateway.tocsin<Listed>('deliveries', 'show', first.id);
}

/** What a function logged. */
const logOf = (name: string): string =>
  readFileSync(join(gateway.dataDir, 'logs', `Tocsin-${name}.log`), 'utf8');

describe('a private destination at an address that is never private', () => {
  it('gets no connection, though the local run lets public ones there; made public, it gets its dead letter', async () => {
    await create('moved', outside, '--private', '--retry', 'none');
    const alert = await accepted('to this machine');
    await vi.waitFor(async () => {
      expect(await deliveryTo('moved', alert)).toMatchObject({ state: 'dead', reason: 'refused-url' });
    }, PATIENCE);
    expect(outside.connections()).toBe(0);
    const { dead_letters: letters } = await gateway.tocsin<{ dead_letters: unknown[] }>(
      'dead-letters',
      'list',
    );
    expect(letters).toMatchObject([
      {
        queue: 'privateWebhook',
        reason: 'refused-url',
        detail: expect.stringMatching(
          /resolves to (?:127\.0\.0\.1|::1), which is no address of a private network/,
        ) as string,
      },
    ]);
    // The letter goes back to the lane that it died in, and is handed over there.
    await gateway.tocsin('destination', 'update', 'moved', '--no-private');
    await vi.waitFor(async () => {
      // A change takes effect within seconds; until then the letter dies again.
      await gateway.tocsin('dead-letters', 'redrive', '--destination', 'moved');
      expect(await deliveryTo('moved', alert)).toMatchObject({ state: 'delivered' });
    }, PATIENCE);
    const { attempts } = (await deliveryTo('moved', alert)) ?? { attempts: [] };
    expect(attempts.map(({ number }) => number)).toEqual(attempts.map((_, index) => index + 1));
    expect(attempts.at(-1)).toMatchObject({ outcome: 'delivered', address: '127.0.0.1' });
    expect(logOf('deliver-private-webhook')).toContain('other-network');
    await gateway.tocsin('destination', 'delete', 'moved', '--yes');
  });

  it('is refused as an address in its URL, and outside of the ranges, when it is created', async () => {
    for (const [host, problem] of [
      ['127.0.0.1', /no address of a private network/],
      ['169.254.169.254', /no address of a private network/],
      ['[fd00:ec2::254]', /no address of a private network/],
      ['100.64.0.1', /outside of what the deployment opened with egressAllow/],
      ['8.8.8.8', /is a public address/],
    ] as const) {
      const { code, stderr } = await gateway.tryTocsin([
        'destination',
        'create',
        'webhook',
        '--private',
        '--name',
        'x',
        '--url',
        `https://${host}/hook`,
      ]);
      expect(code).toBe(2);
      expect(stderr).toMatch(problem);
    }
  });
});

describe.skipIf(address === undefined)(
  'a private receiver (skipped where the machine has no private address)',
  () => {
    let inside: Receiver;
    beforeAll(async () => {
      inside = await startReceiver(address);
    });
    afterAll(async () => inside.close());

    it('gets test, alert and retry from the function of the private network', async () => {
      await create('siem', inside, '--private', '--retry', '1s,1s', '--format', 'slack');
      expect(await gateway.tocsin('destination', 'test', 'siem')).toMatchObject({
        ok: true,
        deliveries: [{ outcome: 'delivered', address }],
      });
      inside.answer([503], 200);
      const alert = await accepted('into the private network');
      await vi.waitFor(async () => {
        const delivery = await deliveryTo('siem', alert);
        expect(delivery).toMatchObject({ state: 'delivered', attempts: [{ outcome: 'retry' }, { address }] });
      }, PATIENCE);
      const made = logOf('deliver-private-webhook');
      expect(made).toContain(alert);
      expect(logOf('deliver-webhook')).not.toContain(alert);
      const keys = inside.posts.map(({ headers }) => headers['webhook-id']);
      expect(keys.at(-1)).toBe(keys.at(-2));
      await gateway.tocsin('destination', 'delete', 'siem', '--yes');
    });

    it.each(['out of', 'into'])(
      'that moves %s the private network while a retry waits is followed by it',
      async (way) => {
        const [from, to] = way === 'into' ? [outside, inside] : [inside, outside];
        const name = way === 'into' ? 'comes' : 'leaves';
        from.answer([], 503);
        to.answer([], 200);
        const ca = gateway.file(`${name}-both.pem`, `${from.ca}\n${to.ca}`);
        const network = (isPrivate: boolean): string => (isPrivate ? '--private' : '--no-private');
        await create(name, from, ...(way === 'into' ? [] : ['--private']), '--retry', '2s,2s,2s,2s,2s');
        const alert = await accepted(`to one that ${name}`);
        await vi.waitFor(async () => {
          expect((await deliveryTo(name, alert))?.attempts.length).toBeGreaterThan(0);
        }, PATIENCE);
        const change = ['--url', to.url, '--ca-file', ca, network(way === 'into')];
        await gateway.tocsin('destination', 'update', name, ...change);
        await vi.waitFor(async () => {
          expect(await deliveryTo(name, alert)).toMatchObject({ state: 'delivered' });
        }, PATIENCE);
        const attempts = (await deliveryTo(name, alert))?.attempts ?? [];
        const [there, here] = way === 'into' ? ['127.0.0.1', address] : [address, '127.0.0.1'];
        // What a function remembers of a destination may be seconds old: until then its attempts are made as before.
        expect(attempts.map((one) => one.address)).toEqual([...attempts.slice(1).map(() => there), here]);
        expect(attempts.map(({ number }) => number)).toEqual(attempts.map((_, index) => index + 1));
        const told = [...inside.posts, ...outside.posts].filter(({ body }) =>
          body.includes(`to one that ${name}`),
        );
        expect(told).toHaveLength(attempts.length);
        expect(new Set(told.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
        expect(new Set(told.map(({ body }) => body)).size).toBe(1);
        await gateway.tocsin('destination', 'delete', name, '--yes');
      },
    );
  },
);

/** What this file does not need of the rights of the function inside, and what it is granted for. */
const FOR_ELSE: [grant: RegExp, because: string][] = [
  [/^ec2:/u, 'its network interfaces, which Lambda makes with its role; here nothing is in a VPC'],
  [/^sqs:ChangeMessageVisibility /u, 'messages that fail, which come back soon'],
  [/^dynamodb:PartiQLInsert /u, 'alerts that came alone: claimed-together.test.ts'],
];

it.skipIf(address === undefined)('needs every right that the function inside has', () => {
  const ofIt = (grants: { functionName: string; action: string; resource: string }[]): string[] =>
    grants
      .filter(({ functionName }) => functionName === 'Tocsin-deliver-private-webhook')
      .map(({ action, resource }) => `${action} on ${resource.split(/[:/]/u).at(-1) ?? ''}`);
  // It handed over what was for the other network.
  expect(ofIt(gateway.local.usedGrants())).toContain('sqs:SendMessage on Tocsin-webhook');
  const unused = ofIt(gateway.local.unusedGrants());
  expect(unused.filter((grant) => !FOR_ELSE.some(([pattern]) => pattern.test(grant)))).toEqual([]);
});

it('leaves nothing unaccounted for, and both functions within what they are granted', async () => {
  expect(await gateway.tocsin('audit')).toMatchObject({ findings: [] });
  expect(gateway.errors).toEqual([]);
  const { queues } = await gateway.tocsin<{ queues: { name: string }[] }>('status');
  expect(queues.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Tocsin-private-webhook', 'Tocsin-private-webhook-retry-dead-letters']),
  );
});
