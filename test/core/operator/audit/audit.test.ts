import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audit, type Audit } from '../../../../functions/core/operator/audit/audit.ts';
import type { AuditRecords } from '../../../../functions/core/operator/audit/ports.ts';
import { alertIdsOf, type AcceptedRequest } from '../../../../functions/core/model/wire/accepted-request.ts';
import type { RoutedAlert } from '../../../../functions/core/model/wire/accepted-alerts.ts';
import type { Delivery, DeliveryState } from '../../../../functions/core/model/wire/delivery.ts';
import { OVERDUE_AFTER_MS } from '../../../../functions/core/watch/judge-delivery.ts';
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
    lostRequests: async () => world.lost,
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

  it.each<[string, Partial<Delivery>, { digestedDead: number; problems: string[] }]>([
    ['its message was delivered', { state: 'delivered' }, { digestedDead: 0, problems: [] }],
    ['its message is dead', { state: 'dead' }, { digestedDead: 1, problems: [] }],
    ['its message is late', { state: 'pending', due_at: LATE }, { digestedDead: 0, problems: ['past-due'] }],
    [
      'its worker is gone',
      { state: 'sending', lease_until: iso(NOW - 1) },
      { digestedDead: 0, problems: ['lease-over'] },
    ],
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
        digestedDead: expected.digestedDead,
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
