import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audit } from '../../../../functions/core/operator/audit/audit.ts';
import type { AuditRecords, SentDelivery } from '../../../../functions/core/operator/audit/ports.ts';
import type { Audit } from '../../../../functions/core/operator/audit/sums.ts';
import { alertIdsOf, type AcceptedRequest } from '../../../../functions/core/model/wire/accepted-request.ts';
import type { RoutedAlert } from '../../../../functions/core/model/wire/accepted-alerts.ts';
import { isSystemAlert, TEST_TYPE, type Alert } from '../../../../functions/core/model/wire/alert.ts';
import type { Delivery, DeliveryState } from '../../../../functions/core/model/wire/delivery.ts';
import type { EndpointHealth } from '../../../../functions/core/model/wire/endpoint-health.ts';
import { watchedMessage } from '../../../../functions/core/model/wire/watched.ts';
import { LONGEST_WAIT_MS } from '../../../../functions/core/deliver/waits.ts';
import { OVERDUE_AFTER_MS } from '../../../../functions/core/watch/judge-delivery.ts';
import { aMessage } from '../../../adapters/records.ts';
import { aDelivery, anAlert } from '../../../cli/records.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();
const LATE = iso(NOW - OVERDUE_AFTER_MS - 1);
const JUST_NOW = iso(NOW - 1_000);
const WINDOW = { since: iso(NOW - 86_400_000), until: iso(NOW) };

type World = {
  requests: AcceptedRequest[];
  alerts: Map<string, { routed: RoutedAlert; rows: Delivery[] }>;
  digests: Map<string, Delivery | undefined>;
  lost: Set<string>;
  raised?: Alert[];
  sent?: SentDelivery[];
  endpoints?: Map<string, EndpointHealth>;
  asked?: string[][];
};

function recordsOf(world: World): AuditRecords {
  return {
    async *requests() {
      for (const request of world.requests) yield [request];
    },
    alerts: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const stored = world.alerts.get(id);
          return stored === undefined ? [] : [[id, stored] as const];
        }),
      ),
    digest: async (id) => {
      const delivery = world.digests.get(id);
      return world.digests.has(id) ? { id, ...(delivery !== undefined && { delivery }) } : undefined;
    },
    endpoints: async (ids) => {
      world.asked?.push([...ids]);
      return new Map([...(world.endpoints ?? [])].filter(([id]) => ids.includes(id)));
    },
    lostRequests: async () => world.lost,
    rows: async (deliveries) =>
      new Map(
        [...world.alerts.values()].flatMap(({ rows }) =>
          rows
            .filter(({ id }) => deliveries.some(({ deliveryId }) => deliveryId === id))
            .map((row) => [row.id, row]),
        ),
      ),
    async *ownAlerts() {
      yield [...world.alerts].flatMap(([id, { routed }]) => (isSystemAlert(routed.alert) ? [id] : []));
    },
    raised: async () => world.raised ?? [],
    async *sent() {
      yield world.sent ?? [];
    },
  };
}

const rowOf = (alertId: string, at: string, changes: Partial<Delivery> = {}): Delivery =>
  aDelivery({ id: `del-${alertId}`, alert_id: alertId, created_at: at, updated_at: at, ...changes });

/** One request of one alert that was told to one destination. */
function told(
  at: string,
  row: Partial<Delivery> | undefined,
): { world: World; alertId: string; run: () => Promise<Audit> } {
  const request: AcceptedRequest = {
    requestId: 'req-1',
    sourceId: 'src_a',
    receivedAt: at,
    indexes: [[0, 0]],
  };
  const [alertId = ''] = alertIdsOf(request);
  const routed: RoutedAlert = {
    alert: anAlert({ id: alertId, received_at: at }),
    routing: 'routed',
    routed_at: at,
    deliveries: [{ id: `del-${alertId}`, destination_id: 'dst_a', channel: 'webhook' }],
    trace: [],
  };
  const rows = row === undefined ? [] : [rowOf(alertId, at, row)];
  const world: World = {
    requests: [request],
    alerts: new Map([[alertId, { routed, rows }]]),
    digests: new Map(),
    lost: new Set(),
  };
  return { world, alertId, run: async () => audit(WINDOW, recordsOf(world), NOW) };
}

describe('an audit', () => {
  it('counts the same news of two requests once, with the request that it was stored of', async () => {
    const { world, alertId, run } = told(JUST_NOW, {});
    const first = world.requests[0]!;
    world.alerts.get(alertId)!.routed.request_id = first.requestId;
    world.requests.push({ ...first, requestId: 'req-2', indexes: [], newsIds: [alertId] });
    const { alerts, destinations, findingCount } = await run();
    expect(alerts).toMatchObject({ accepted: 2, routed: 1, repeated: 1, waiting: 0 });
    expect(destinations.get('dst_a')).toMatchObject({ accepted: 1, delivered: 1 });
    expect(findingCount).toBe(0);
  });

  it('counts every state of a delivery at its destination, and the five make the whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            alerts: fc.integer({ min: 1, max: 250 }),
            state: fc.constantFrom<DeliveryState>('delivered', 'suppressed', 'dead', 'pending', 'sending'),
            destinations: fc.integer({ min: 0, max: 3 }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        async (requests) => {
          const world: World = { requests: [], alerts: new Map(), digests: new Map(), lost: new Set() };
          for (const [index, { alerts, state, destinations }] of requests.entries()) {
            const request: AcceptedRequest = {
              requestId: `req-${String(index)}`,
              sourceId: 'src_a',
              receivedAt: JUST_NOW,
              indexes: [[0, alerts - 1]],
            };
            world.requests.push(request);
            for (const id of alertIdsOf(request)) {
              const planned = Array.from({ length: destinations }, (_, at) => ({
                id: `del-${id}-${String(at)}`,
                destination_id: `dst_${String(at)}`,
                channel: 'webhook' as const,
              }));
              world.alerts.set(id, {
                routed: {
                  alert: anAlert({ id }),
                  routing: destinations === 0 ? 'unrouted' : 'routed',
                  routed_at: JUST_NOW,
                  deliveries: planned,
                  trace: [],
                },
                rows: planned.map((one) =>
                  rowOf(id, JUST_NOW, { ...one, state, lease_until: iso(NOW + 60_000) }),
                ),
              });
            }
          }
          const sum = await audit(WINDOW, recordsOf(world), NOW);
          const { accepted, routed, nobody, waiting, dead, lost } = sum.alerts;
          expect(accepted).toBe(requests.reduce((all, { alerts }) => all + alerts, 0));
          expect(routed + nobody + waiting + dead + lost).toBe(accepted);
          for (const one of sum.destinations.values()) {
            expect(one.delivered + one.digested + one.suppressed + one.pending + one.dead).toBe(one.accepted);
          }
          expect(sum.findings).toEqual([]);
          const pending = requests
            .filter(({ state }) => state === 'pending' || state === 'sending')
            .reduce((all, { alerts, destinations }) => all + alerts * destinations, 0);
          expect([...sum.destinations.values()].reduce((all, one) => all + one.pending, 0)).toBe(pending);
        },
      ),
      { numRuns: 25 },
    );
  });

  describe('of a receiver whose breaker is not closed', () => {
    const failing = (openUntil: number): EndpointHealth => ({
      failures: 9,
      openings: 2,
      openUntil: iso(openUntil),
    });
    const problems = async (at: string, row: Partial<Delivery> | undefined, health?: EndpointHealth) => {
      const { world } = told(at, row);
      world.endpoints = new Map(health === undefined ? [] : [['dst_a', health]]);
      world.asked = [];
      const { findings, destinations } = await audit(WINDOW, recordsOf(world), NOW);
      return {
        named: findings.map(({ problem }) => problem),
        pending: destinations.get('dst_a')?.pending,
        asked: world.asked,
      };
    };
    const waiting = { state: 'pending', due_at: LATE } as const;

    it.each([
      ['is open', NOW + 60_000],
      ['may be tried', NOW - 1],
    ])('names nothing of deliveries that wait: it %s', async (_what, openUntil) => {
      for (const row of [waiting, undefined]) {
        const found = await problems(LATE, row, failing(openUntil));
        expect(found).toEqual({ named: [], pending: 1, asked: [['dst_a']] });
      }
    });

    it('names what waits for longer than a delivery may', async () => {
      const at = iso(NOW - LONGEST_WAIT_MS - OVERDUE_AFTER_MS);
      const { world } = told(LATE, { ...waiting, created_at: at });
      world.endpoints = new Map([['dst_a', failing(NOW + 60_000)]]);
      const { findings } = await audit(WINDOW, recordsOf(world), NOW);
      expect(findings.map(({ problem }) => problem)).toEqual(['past-due']);
    });

    it('names what is late at a receiver that takes posts, and a claim past its lease at any', async () => {
      expect((await problems(LATE, waiting, { failures: 0, openings: 0 })).named).toEqual(['past-due']);
      expect((await problems(LATE, undefined)).named).toEqual(['no-record']);
      const begun = { state: 'sending', lease_until: iso(NOW - 1) } as const;
      expect(await problems(LATE, begun, failing(NOW + 60_000))).toEqual({
        named: ['lease-over'],
        pending: 1,
        asked: [],
      });
    });
  });

  it.each<[string, Partial<Delivery> | undefined, string | undefined]>([
    ['a row that was deleted', undefined, 'no-record'],
    ['a delivery that is pending beyond its time', { state: 'pending', due_at: LATE }, 'past-due'],
    ['a claim past its lease', { state: 'sending', lease_until: iso(NOW - 1) }, 'lease-over'],
    ['a state of another version', { state: 'imagined' as DeliveryState }, 'unknown-state'],
    [
      'a digest without its message',
      { state: 'digested', digest_id: 'dig', due_at: LATE },
      'digest-without-mail',
    ],
    [
      'nothing of a delivery that waits for its time',
      { state: 'pending', due_at: iso(NOW + 60_000) },
      undefined,
    ],
    [
      'nothing of a digest that is open',
      { state: 'digested', digest_id: 'dig', due_at: JUST_NOW },
      undefined,
    ],
    [
      'nothing of a delivery that is dead with a reason',
      { state: 'dead', reason: 'receiver-gone' },
      undefined,
    ],
  ])('names %s', async (_what, row, problem) => {
    const { run, alertId } = told(LATE, row);
    const { findings, findingCount } = await run();
    expect(findings.map((finding) => [finding.alertId, finding.problem])).toEqual(
      problem === undefined ? [] : [[alertId, problem]],
    );
    expect(findingCount).toBe(findings.length);
  });

  it('names an alert that no router has stored, once its time is over', async () => {
    const { world, run, alertId } = told(LATE, {});
    world.alerts.clear();
    expect(await run()).toMatchObject({
      alerts: { accepted: 1, waiting: 1 },
      findings: [{ problem: 'not-routed', alertId }],
    });
    world.requests[0]!.receivedAt = JUST_NOW;
    const [recent] = [await run()];
    expect(recent).toMatchObject({ alerts: { waiting: 1 }, findings: [] });
  });

  it('names an alert whose message is nowhere', async () => {
    const { world, run, alertId } = told(JUST_NOW, {});
    world.alerts.clear();
    world.lost.add('req-1');
    expect(await run()).toMatchObject({ alerts: { lost: 1 }, findings: [{ problem: 'lost', alertId }] });
  });

  it.each<[string, Partial<Delivery>, { untold?: object; problems: string[] }]>([
    ['its message was delivered', { state: 'delivered' }, { problems: [] }],
    ['its message is dead', { state: 'dead' }, { untold: { digestedDead: 1 }, problems: [] }],
    [
      'its mail came back',
      {
        channel: 'email',
        state: 'delivered',
        mail_events: [{ id: 'e', type: 'bounce', message_id: 'm', at: LATE, is_permanent: true }],
      },
      { untold: { digestedCameBack: 1 }, problems: [] },
    ],
    ['its message is late', { state: 'pending', due_at: LATE }, { problems: ['past-due'] }],
    ['its worker is gone', { state: 'sending', lease_until: iso(NOW - 1) }, { problems: ['lease-over'] }],
  ])('tells of a digested alert what became of the digest: %s', async (_what, end, expected) => {
    for (const isStorm of [false, true]) {
      const { world, run } = told(LATE, { state: 'digested', digest_id: 'dig', due_at: LATE });
      const own = rowOf('dig', LATE, end);
      if (isStorm) {
        world.digests.set('dig', rowOf('dig', LATE, { state: 'digested', digest_id: 'storm', due_at: LATE }));
        world.digests.set('storm', own);
      } else world.digests.set('dig', own);
      const { findings, destinations } = await run();
      expect(findings.map(({ problem }) => problem)).toEqual(expected.problems);
      expect(destinations.get('dst_a')).toMatchObject({
        accepted: 1,
        digested: 1,
        digestedDead: 0,
        digestedCameBack: 0,
        ...expected.untold,
      });
    }
  });

  it('of one destination leaves the others out', async () => {
    const { world, alertId } = told(LATE, undefined);
    const sum = await audit({ ...WINDOW, destinationId: 'dst_b' }, recordsOf(world), NOW);
    expect(sum).toMatchObject({ alerts: { accepted: 1, routed: 1 }, findings: [] });
    expect(sum.destinations.size).toBe(0);
    expect(alertId).not.toBe('');
  });
});

describe('beside what senders were told is accepted, an audit', () => {
  const SYSTEM = { id: 'tocsin', name: 'Tocsin', format: 'system' } as const;
  const sumOf = (changes: object) => ({
    accepted: 0,
    delivered: 0,
    digested: 0,
    suppressed: 0,
    pending: 0,
    dead: 0,
    cameBack: 0,
    digestedDead: 0,
    digestedCameBack: 0,
    ...changes,
  });
  const nothing = (): World => ({ requests: [], alerts: new Map(), digests: new Map(), lost: new Set() });
  const own = (id: string, at: string, given: Partial<Alert> = {}) =>
    anAlert({ id, received_at: at, source: SYSTEM, ...given });
  const stored = (alert: Alert, at: string, rows: Delivery[]) => ({
    routed: {
      alert,
      routing: 'routed' as const,
      routed_at: at,
      deliveries: [{ id: `del-${alert.id}`, destination_id: 'dst_a', channel: 'webhook' as const }],
      trace: [],
    },
    rows,
  });
  const replayed = (alert: Alert, at: string, isOpen: boolean, id = `more-${alert.id}`): SentDelivery => ({
    sent: watchedMessage(
      aMessage({
        alert,
        alert_id: alert.id,
        delivery_id: id,
        destination_id: 'dst_b',
        attempt: 1,
        round: 1,
      }),
      at,
    ).sent,
    isOpen,
  });

  it('counts system alerts and tests, each in a sum of its own, and nothing twice', async () => {
    const world = nothing();
    world.alerts.set('sys', stored(own('sys', JUST_NOW), JUST_NOW, [rowOf('sys', JUST_NOW)]));
    world.alerts.set(
      'test',
      stored(own('test', JUST_NOW, { type: TEST_TYPE }), JUST_NOW, [rowOf('test', JUST_NOW)]),
    );
    // Noted still, and stored by now.
    world.raised = [own('sys', JUST_NOW), own('on-its-way', JUST_NOW)];
    const sum = await audit(WINDOW, recordsOf(world), NOW);
    expect(sum.alerts.accepted).toBe(0);
    expect(sum.destinations.size).toBe(0);
    expect(sum.own['system-alert']).toEqual({
      alerts: { accepted: 2, routed: 1, nobody: 0, repeated: 0, waiting: 1, dead: 0, lost: 0 },
      deliveries: sumOf({ accepted: 1, delivered: 1 }),
    });
    expect(sum.own.test.deliveries).toEqual(sumOf({ accepted: 1, delivered: 1 }));
    expect(sum.findings).toEqual([]);
  });

  it.each<[string, (world: World) => void, string]>([
    [
      'a system alert that no router has stored',
      (world) => (world.raised = [own('sys', LATE)]),
      'not-routed system-alert sys',
    ],
    [
      'a system alert whose delivery has no row',
      (world) => world.alerts.set('sys', stored(own('sys', LATE), LATE, [])),
      'no-record system-alert sys',
    ],
    [
      'a test whose delivery has no row',
      (world) => world.alerts.set('sys', stored(own('sys', LATE, { type: TEST_TYPE }), LATE, [])),
      'no-record test sys',
    ],
    [
      'a replay that nobody took',
      (world) => {
        const alert = anAlert({ id: 'a', received_at: LATE });
        world.alerts.set('a', stored(alert, LATE, [rowOf('a', LATE)]));
        world.sent = [replayed(alert, LATE, true)];
      },
      'past-due replay a',
    ],
    [
      'a replay whose row was deleted',
      (world) => {
        const alert = anAlert({ id: 'a', received_at: LATE });
        world.alerts.set('a', stored(alert, LATE, [rowOf('a', LATE)]));
        world.sent = [replayed(alert, LATE, false)];
      },
      'no-record replay a',
    ],
    [
      'a replay of what a router had planned, whose message is late',
      (world) => {
        const alert = anAlert({ id: 'a', received_at: LATE });
        world.alerts.set('a', stored(alert, LATE, [rowOf('a', LATE, { state: 'dead', attempt: 0 })]));
        world.sent = [replayed(alert, LATE, true, 'del-a')];
      },
      'past-due replay a',
    ],
  ])('names %s', async (_what, damage, expected) => {
    const world = nothing();
    damage(world);
    const { findings } = await audit(WINDOW, recordsOf(world), NOW);
    expect(findings.map(({ problem, kind, alertId }) => `${problem} ${kind} ${alertId}`)).toEqual([expected]);
  });

  it('counts what a replay sent beyond the plan, and leaves what the router planned where it is', async () => {
    const world = nothing();
    const alert = anAlert({ id: 'a', received_at: JUST_NOW });
    const more = rowOf('a', JUST_NOW, { id: 'more-a', destination_id: 'dst_b' });
    world.alerts.set('a', stored(alert, JUST_NOW, [rowOf('a', JUST_NOW), more]));
    world.sent = [replayed(alert, JUST_NOW, false), replayed(alert, JUST_NOW, true, 'del-a')];
    const sum = await audit(WINDOW, recordsOf(world), NOW);
    expect(sum.own.replay.deliveries).toEqual(sumOf({ accepted: 1, delivered: 1 }));
    expect(sum.findings).toEqual([]);
    const ofOther = await audit({ ...WINDOW, destinationId: 'dst_a' }, recordsOf(world), NOW);
    expect(ofOther.own.replay.deliveries.accepted).toBe(0);
  });

  it('lets the row stand of a message that was refused: it is looked after no longer', async () => {
    const world = nothing();
    const alert = anAlert({ id: 'a', received_at: LATE });
    const row = rowOf('a', LATE, { id: 'more-a', state: 'suppressed', round: 1, attempt: 0 });
    world.alerts.set('a', stored(alert, LATE, [row]));
    world.sent = [replayed(alert, LATE, false)];
    const sum = await audit(WINDOW, recordsOf(world), NOW);
    expect(sum.own.replay.deliveries).toEqual(sumOf({ accepted: 1, suppressed: 1 }));
    expect(sum.findings).toEqual([]);
  });
});
