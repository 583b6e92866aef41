import { beforeEach, describe, expect, it } from 'vitest';
import { aDelivery, anAlert, aRoutedAlert } from './records.ts';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';

const ALERT = anAlert().id;
const DELIVERY = aDelivery().id;
const OTHER = '5d0f9999-5e8c-5b58-9d2f-6f1f2c9f0d11';
const REQUEST = '77aa11bb-8a4d-4c3e-9f60-2d1e4b5a6c7d';

let gateway: MemoryGateway;
let ids: Record<'source' | 'destination' | 'route' | 'silence' | 'interval' | 'lookup', string>;

beforeEach(async () => {
  gateway = memoryGateway();
  const quiet = [
    ['source', 'create', '--name', 'ci', '--format', 'generic'],
    ['destination', 'create', 'webhook', '--name', 'siem', '--url', 'https://siem.example.com/'],
    ['destination', 'create', 'email', '--name', 'oncall', '--to', 'ana@example.com'],
    ['route', 'create', '--name', 'all', '--to', 'siem'],
    ['silence', 'create', '--match', 'env=dev', '--for', '1h', '--comment', 'moving'],
    ['interval', 'set', 'office', 'mon-fri 09:00-17:00 UTC'],
    ['lookup', 'set', 'accounts', '111122223333', 'owner=ana', '--label', 'account'],
  ];
  for (const argv of quiet) {
    const ran = await run(argv, { gateway });
    if (ran.code !== 0) throw new Error(ran.stderr);
  }
  ids = Object.fromEntries(
    Object.entries(gateway.kept.config).map(([kind, items]) => [kind, [...items.keys()][0] ?? '']),
  ) as typeof ids;
  for (const id of [ALERT, OTHER]) {
    const alert = anAlert({ id, received_at: new Date(NOW - 60_000).toISOString() });
    gateway.kept.alerts.set(id, aRoutedAlert(alert));
  }
  const delivery = aDelivery({ destination_id: ids.destination });
  gateway.kept.deliveries.set(delivery.id, delivery);
  gateway.kept.requests.push({
    request: {
      requestId: REQUEST,
      sourceId: ids.source,
      receivedAt: new Date(NOW - 60_000).toISOString(),
      indexes: [],
    },
    alerts: [],
    isLost: false,
  });
});

/** Every command that takes an id, and what the id is of. */
const TAKING: [argv: string[], of: keyof typeof ids | 'alert' | 'delivery' | 'request'][] = [
  [['why', 'ID'], 'alert'],
  [['why', 'ID'], 'delivery'],
  [['why', 'ID'], 'request'],
  [['why', ALERT, 'ID'], 'destination'],
  [['alerts', 'show', 'ID'], 'alert'],
  [['alerts', 'show', 'ID'], 'delivery'],
  [['alerts', 'list', '--source', 'ID'], 'source'],
  [['audit', 'report', 'ID'], 'alert'],
  [['audit', '--destination', 'ID'], 'destination'],
  [['deliveries', 'show', 'ID'], 'delivery'],
  [['deliveries', 'list', '--alert', 'ID'], 'alert'],
  [['deliveries', 'list', '--destination', 'ID'], 'destination'],
  [['dead-letters', 'redrive', '--destination', 'ID', '--dry-run'], 'destination'],
  [['replay', '--alert', 'ID', '--dry-run'], 'alert'],
  [['replay', '--destination', 'ID', '--since', '2h', '--dry-run'], 'destination'],
  [['history', 'ID'], 'route'],
  [['source', 'show', 'ID'], 'source'],
  [['source', 'status', 'ID'], 'source'],
  [['source', 'update', 'ID', '--dedup-by', 'type'], 'source'],
  [['source', 'rotate', 'ID'], 'source'],
  [['source', 'delete', 'ID', '--yes'], 'source'],
  [['destination', 'show', 'ID'], 'destination'],
  [['destination', 'update', 'ID', '--min-severity', 'high'], 'destination'],
  [['destination', 'disable', 'ID'], 'destination'],
  [['destination', 'enable', 'ID'], 'destination'],
  [['destination', 'rotate', 'ID'], 'destination'],
  [['route', 'show', 'ID'], 'route'],
  [['route', 'disable', 'ID'], 'route'],
  [['route', 'enable', 'ID'], 'route'],
  [['route', 'update', 'ID', '--match', 'env=dev'], 'route'],
  [['route', 'create', '--name', 'more', '--to', 'ID'], 'destination'],
  [['route', 'create', '--name', 'more', '--to', 'siem', '--active', 'ID'], 'interval'],
  [['route', 'delete', 'ID', '--yes'], 'route'],
  [['silence', 'show', 'ID'], 'silence'],
  [['silence', 'update', 'ID', '--for', '2h'], 'silence'],
  [['silence', 'expire', 'ID'], 'silence'],
  [['interval', 'show', 'ID'], 'interval'],
  [['interval', 'delete', 'ID'], 'interval'],
  [['lookup', 'show', 'ID'], 'lookup'],
];

const idOf = (of: (typeof TAKING)[number][1]): string =>
  ({ alert: ALERT, delivery: DELIVERY, request: REQUEST, ...ids })[of];

describe('an id by how it begins', () => {
  it.each(TAKING)('%j takes the beginning of the id of a(n) %s', async (argv, of) => {
    const id = idOf(of);
    const beginning = id.slice(0, of === 'alert' ? 8 : id.includes('_') ? 9 : 5);
    const ran = await run(
      argv.map((word) => (word === 'ID' ? beginning : word)),
      { gateway },
    );
    expect(ran.stderr).not.toContain('error');
    expect(ran.code).toBe(0);
  });

  it.each(TAKING.filter(([, of]) => of === 'destination' || of === 'alert'))(
    '%j names the several ids that begin so, and changes nothing',
    async (argv, of) => {
      const twin = of === 'alert' ? OTHER : `${ids.destination.slice(0, 12)}Twin`;
      const stored = gateway.kept.config.destination.get(ids.destination);
      if (of === 'destination') {
        if (stored !== undefined)
          gateway.kept.config.destination.set(twin, { ...stored, id: twin, name: 'twin' });
      }
      const before = structuredClone(gateway.kept.config);
      const beginning = of === 'alert' ? '5d0f' : ids.destination.slice(0, 10);
      const ran = await run(
        argv.map((word) => (word === 'ID' ? beginning : word)),
        { gateway },
      );
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain(idOf(of));
      expect(ran.stderr).toContain(twin);
      expect(gateway.kept.config).toEqual(before);
    },
  );

  it.each([
    ['why', '5d0'],
    ['why', 'ffff'],
    ['destination', 'show', 'dst_'],
    ['destination', 'delete', 'd'],
    ['source', 'show', 'dst_'],
  ])('%s %s: too short, or of nothing, is not found', async (...argv) => {
    expect((await run(argv, { gateway })).code).toBe(1);
  });

  it('finds no alert by the beginning of its id when it is older than a week', async () => {
    const old = anAlert({
      id: 'abcd1234-5e8c-5b58-9d2f-6f1f2c9f0d11',
      received_at: '2026-02-01T00:00:00.000Z',
    });
    gateway.kept.alerts.set(old.id, aRoutedAlert(old));
    const ran = await run(['why', 'abcd1'], { gateway });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('last 7 days');
    expect((await run(['why', old.id], { gateway })).code).toBe(0);
  });

  it('refuses the beginning of an id in a matcher, which would match nothing', async () => {
    const ran = await run(
      ['route', 'create', '--name', 'x', '--to', 'siem', '--match', `source=${ids.source.slice(0, 9)}`],
      { gateway },
    );
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(ids.source);
  });
});
