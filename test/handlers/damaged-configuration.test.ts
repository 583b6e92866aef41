import { publicTier } from '../../functions/core/deliver/webhook/address-tier.ts';
import { expect, it } from 'vitest';
import { STORED_KINDS } from '../../functions/core/config/stored/kinds.ts';
import { readConfig, sortConfig } from '../../functions/adapters/dynamodb/config-items.ts';
import { deliver } from '../../functions/core/deliver/deliver.ts';
import { prepareWebhook } from '../../functions/core/deliver/webhook/prepare-webhook.ts';
import { firstAttempt } from '../../functions/core/model/wire/delivery.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import { UnreadableConfigError } from '../../functions/core/model/config/unreadable-config.ts';
import type { HttpPost } from '../../functions/core/deliver/ports.ts';
import { routeAlert } from '../../functions/core/route/route-alert.ts';
import { A_MAIL_SERVER, aMailingList, anAlert, aRoute, aSource, aWebhook } from '../adapters/records.ts';
import { memoryPorts } from '../core/deliver/memory-ports.ts';
import { damages, type Item } from './damages.ts';

/** Every field of every kind, damaged in every way, one at a time: no alert without a state, nothing posted unsigned. */
type Kind = 'source' | 'destination' | 'route';

const PARTITIONS = { source: 'SOURCE', destination: 'DESTINATION', route: 'ROUTE' } as const;
const item = (kind: Kind, config: { id: string }): Item => ({
  pk: PARTITIONS[kind],
  sk: config.id,
  schema_version: 1,
  revision: 1,
  config,
});

const FULL: [Kind, string, Item][] = [
  [
    'destination',
    'webhook',
    item('destination', aWebhook({ minSeverity: 'low', customHeaderNames: ['X-Key'], hasSecretUrl: false })),
  ],
  [
    'destination',
    'email',
    item(
      'destination',
      aMailingList({
        id: 'dst_1',
        minSeverity: 'low',
        isDigesting: true,
        transport: A_MAIL_SERVER,
      }),
    ),
  ],
  [
    'route',
    'route',
    item(
      'route',
      aRoute({
        condition: { sourceIds: ['src_1'], types: ['*'], minSeverity: 'low', labels: { env: 'prod' } },
      }),
    ),
  ],
  [
    'source',
    'source',
    item(
      'source',
      aSource({
        auth: {
          type: 'hmac',
          header: 'x-signature',
          algorithm: 'sha256',
          signedContent: 'timestamp.body',
          timestampHeader: 'x-time',
        },
        mapping: { fields: { title: 'a.b' }, severityScale: 'words', resolvedWhen: ['ok'] },
        rateLimit: { perMinute: 10 },
        schemas: { documents: ['{}'], isStrict: false },
        noDataAlarm: {
          afterSeconds: 900,
          calendar: { days: ['mon'], from: '08:00', to: '18:00', timeZone: 'UTC' },
        },
        secretVersion: 1,
      }),
    ),
  ],
];

const CASES = FULL.flatMap(([kind, what, whole]) => [
  ...damages(whole, ['config']).map(([name, broken]) => [`${what}: ${name}`, kind, broken] as const),
  [`${what} of a newer version`, kind, { ...whole, schema_version: 2 }] as const,
]);

const alert = anAlert({ labels: { env: 'prod' } });

it('covers every kind with hundreds of damages, and the undamaged items can be read', () => {
  expect(CASES.length).toBeGreaterThan(300);
  for (const [kind, , whole] of FULL)
    expect(() => readConfig(STORED_KINDS[kind] as never, whole)).not.toThrow();
});

it.each(CASES)('%s', async (_name, kind, broken) => {
  const other = aMailingList({ id: 'dst_9' });
  const own = item('destination', aWebhook());
  const destinations = sortConfig(STORED_KINDS.destination, [
    kind === 'destination' ? broken : own,
    item('destination', other),
  ]);
  const routes = sortConfig(STORED_KINDS.route, [kind === 'route' ? broken : item('route', aRoute())]);
  if (kind === 'source') {
    // Read, or refused with an error that ingestion answers with 503.
    try {
      expect(readConfig(STORED_KINDS.source, broken).auth.type).toBe('hmac');
    } catch (error) {
      expect(error).toBeInstanceOf(UnreadableConfigError);
    }
    return;
  }
  const { deliveries, trace } = routeAlert(
    alert,
    {
      routes: routes.readable,
      destinations: destinations.readable,
      unreadable: { routes: routes.unreadable, destinations: destinations.unreadable },
    },
    0,
  );
  // Each destination has a decision, and a decision to tell is a delivery.
  expect(trace.map(({ destination_id: id }) => id).toSorted()).toEqual(['dst_1', 'dst_9']);
  for (const { decision, destination_id: id } of trace) {
    expect(deliveries.some((delivery) => delivery.destination_id === id)).toBe(decision === 'deliver');
  }
  const isUnreadable = destinations.unreadable.length + routes.unreadable.length > 0;
  if (isUnreadable && destinations.unreadable[0]?.isDisabled !== true && kind === 'destination') {
    expect(trace[trace.findIndex(({ destination_id: id }) => id === 'dst_1')]?.decision).toBe('deliver');
  }
  if (routes.unreadable.length > 0) expect(deliveries.length).toBeGreaterThan(0);

  const posted: HttpPost[] = [];
  const world = memoryPorts([]);
  const find = async (): Promise<Destination | undefined> =>
    readConfig(STORED_KINDS.destination, kind === 'destination' ? broken : own);
  for (const planned of deliveries.filter(
    ({ channel, destination_id: id }) => id === 'dst_1' && channel === 'webhook',
  )) {
    const message = firstAttempt(
      alert,
      { id: planned.id, destinationId: 'dst_1', channel: 'webhook' },
      alert.received_at,
    );
    const report = await deliver(
      message,
      {
        prepare: async (one, destination) =>
          prepareWebhook(one, destination, {
            secrets: { webhookSecret: async () => ({ current: 'whsec_AAAA', headers: { 'X-Key': 'v' } }) },
            http: {
              post: async (request) => {
                posted.push(request);
                return { answer: 'response', status: 204, bodyStart: new Uint8Array(), phasesMs: {} };
              },
            },
            clock: world.clock,
            addresses: publicTier(),
          }),
      },
      { ...world.ports, destinations: { find } },
      world.clock.at,
    );
    expect(['delivered', 'failed']).toContain(report.verdict);
    expect(world.rows.get(planned.id)?.state).toBe(report.verdict === 'failed' ? 'dead' : 'delivered');
    if (report.verdict === 'failed' && report.reason === 'configuration-unreadable') {
      expect(world.dead).toHaveLength(1);
      expect(world.raised[0]?.alerts[0]).toMatchObject({ type: 'tocsin.configuration-unreadable' });
    }
  }
  for (const { headers } of posted) expect(Object.keys(headers)).toContain('webhook-signature');
});
