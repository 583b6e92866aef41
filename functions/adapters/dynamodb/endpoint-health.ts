import {
  changed,
  type EndpointHealthStore,
  type HealthChange,
  latestMs,
} from '../../core/deliver/webhook/endpoint/health.ts';
import type { EndpointHealth } from '../../core/model/wire/endpoint-health.ts';
import { RecentMap } from '../../core/recent-map.ts';
import type { Clock } from '../../core/world.ts';
import { isWithin } from '../memory/within.ts';
import { isConditionFailed } from './conditions.ts';
import { endpointKey } from './keys.ts';
import type { Item } from './pages.ts';
import { updateOf } from './update-expression.ts';
import type { TableAccess } from './table-access.ts';

/** How long an endpoint's health is used after it was read. */
const TTL_MS = 5_000;
const MAX_REMEMBERED = 5_000;
/** Failures to which none was added for a week are forgotten. */
const EXPIRES_AFTER_SECONDS = 7 * 86_400;
const NOT_OPEN = '(attribute_not_exists(#open_until) OR #open_until <= :now OR #open_until > :latest)';
const NOT_PROBED = '(attribute_not_exists(#probe_until) OR #probe_until <= :now OR #probe_until > :latest)';

type Statement = { update: Parameters<typeof updateOf>[0]; condition: string };

/**
 * One item per destination that has failed: `{ pk: 'ENDPOINT#dst_…', sk: 'ENDPOINT', failures, failed_at, openings,
 * open_until, probe_until, slow_until }`. An endpoint that never failed and never was slow has none, and a delivery to it writes none.
 */
export function dynamodbEndpointHealth({
  client,
  table,
  clock,
}: TableAccess & { clock: Clock }): EndpointHealthStore {
  const inFlight = new Map<string, Promise<EndpointHealth | undefined>>();
  const remembered = new RecentMap<string, { health: EndpointHealth | undefined; untilMs: number }>(
    MAX_REMEMBERED,
  );

  function remember(id: string, health: EndpointHealth | undefined): EndpointHealth | undefined {
    remembered.set(id, { health, untilMs: clock.now() + TTL_MS });
    return health;
  }

  async function read(
    id: string,
    { isConsistent }: { isConsistent: boolean },
  ): Promise<EndpointHealth | undefined> {
    const { Item } = await client.call('GetItem', {
      TableName: table,
      Key: endpointKey(id),
      ConsistentRead: isConsistent,
    });
    return remember(id, Item === undefined ? undefined : healthOf(Item));
  }

  /** The deliveries of one batch ask at the same time. */
  async function readShared(id: string): Promise<EndpointHealth | undefined> {
    const running = inFlight.get(id) ?? read(id, { isConsistent: false }).finally(() => inFlight.delete(id));
    inFlight.set(id, running);
    return running;
  }

  return {
    find: async (id, { isFresh = false } = {}) => {
      if (isFresh) return read(id, { isConsistent: true });
      const known = remembered.get(id);
      return known !== undefined && isWithin(known.untilMs, TTL_MS, clock.now())
        ? known.health
        : readShared(id);
    },

    recall: (id) => remembered.get(id)?.health,

    change: async (id, change) => {
      const nowMs = clock.now();
      const { update, condition } = statementOf(change, nowMs);
      const known = remembered.get(id)?.health;
      // Remembered at once, because the other deliveries of the batch are about to note the same.
      if (change.change === 'close' || change.change === 'slow' || change.change === 'fast') {
        remember(id, changed(known, change, nowMs) ?? known);
      }
      try {
        const { Attributes = {} } = await client.call('UpdateItem', {
          TableName: table,
          Key: endpointKey(id),
          ...updateOf(update),
          ConditionExpression: condition,
          ReturnValues: 'ALL_NEW',
        });
        const health = healthOf(Attributes);
        return change.change === 'close' ? health : remember(id, health);
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        // Another worker changed it: the health in memory is old, and is used until it is read again.
        if (change.change !== 'close') {
          remembered.set(id, { health: remembered.get(id)?.health, untilMs: 0 });
        }
        return undefined;
      }
    },
  };
}

/** Each change of `core/deliver/webhook/endpoint/health.ts` as one conditional update. */
function statementOf(change: HealthChange, nowMs: number): Statement {
  const instants = { ':now': iso(nowMs), ':latest': iso(latestMs(nowMs)) };
  const expires_at = Math.ceil(nowMs / 1_000) + EXPIRES_AFTER_SECONDS;
  switch (change.change) {
    case 'failure':
      return {
        update: {
          set: { failed_at: iso(change.endedMs), expires_at },
          increment: ['failures'],
          remove: ['probe_until'],
          names: ['open_until'],
          values: instants,
        },
        condition: NOT_OPEN,
      };
    case 'first-failure':
      return {
        update: {
          set: { failures: 1, openings: 0, failed_at: iso(change.endedMs), expires_at },
          remove: ['probe_until'],
          names: ['open_until'],
          values: { ...instants, ':success': iso(change.successMs) },
        },
        condition: `${NOT_OPEN} AND (attribute_not_exists(#failed_at) OR #failed_at < :success)`,
      };
    case 'open':
      return {
        update: {
          set: { open_until: iso(change.untilMs), openings: change.openings, expires_at },
          remove: ['probe_until'],
          values: instants,
        },
        condition: NOT_OPEN,
      };
    case 'probe':
      return {
        update: {
          set: { probe_until: iso(change.untilMs) },
          names: ['open_until', 'openings'],
          values: { ...instants, ':zero': 0 },
        },
        condition: `#openings > :zero AND ${NOT_OPEN} AND ${NOT_PROBED}`,
      };
    case 'close':
      return {
        update: {
          set: { failures: 0, openings: 0 },
          remove: ['open_until', 'probe_until'],
          values: { ':none': 0 },
        },
        condition: '#failures > :none',
      };
    case 'slow':
      return {
        update: {
          set: { slow_until: iso(change.untilMs), expires_at },
          values: { ':unless': iso(change.unlessAfterMs) },
        },
        condition: 'attribute_not_exists(#slow_until) OR #slow_until <= :unless',
      };
    case 'fast':
      return {
        update: { set: { expires_at }, remove: ['slow_until'], values: { ':seen': change.slowUntil } },
        condition: '#slow_until = :seen',
      };
  }
}

const iso = (epochMs: number) => new Date(epochMs).toISOString();

/** The health that an item holds. */
export function healthOf(item: Item): EndpointHealth {
  const text = (name: string) => (typeof item[name] === 'string' ? item[name] : undefined);
  const openUntil = text('open_until');
  const probeUntil = text('probe_until');
  const slowUntil = text('slow_until');
  return {
    failures: Number(item['failures'] ?? 0),
    openings: Number(item['openings'] ?? 0),
    ...(openUntil !== undefined && { openUntil }),
    ...(probeUntil !== undefined && { probeUntil }),
    ...(slowUntil !== undefined && { slowUntil }),
  };
}
