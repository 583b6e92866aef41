import type { EndpointHealth } from '../../core/model/wire/endpoint-health.ts';
import type { Clock } from '../../core/world.ts';
import type { EndpointHealthLog } from '../../core/deliver/ports.ts';
import { isWithin } from '../memory/within.ts';
import type { DynamodbClient } from './client.ts';
import { conditionHeld, isConditionFailed } from './conditions.ts';
import type { Item } from './pages.ts';
import { endpointKey } from './keys.ts';
import { updateOf } from './update-expression.ts';

/** How long what was read is used. */
const TTL_MS = 5_000;
const MAX_REMEMBERED = 5_000;
/** Failures that nobody added to for a week are forgotten. */
const EXPIRES_AFTER_SECONDS = 7 * 86_400;
/** The longest a breaker stays open, and a minute for clocks that differ: what ends later is of before a jump of the clock. */
const LATEST_MS = 960_000;
const NOT_OPEN = '(attribute_not_exists(#open_until) OR #open_until <= :now OR #open_until > :latest)';

/**
 * One item per destination that has failed: `{ pk: 'ENDPOINT#dst_…', sk: 'ENDPOINT', failures, failed_at, openings,
 * open_until, probe_until, slow_until }`. An endpoint that never failed and never was slow has none, and a delivery to it writes none.
 */
export function dynamodbEndpointHealth({
  client,
  table,
  clock,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
}): EndpointHealthLog {
  const inFlight = new Map<string, Promise<EndpointHealth | undefined>>();
  const remembered = new Map<string, { health: EndpointHealth | undefined; untilMs: number }>();
  /** When an attempt was last answered, where nothing was counted since. */
  const successes = new Map<string, number>();
  /** First failures of a row that are on their way; those that follow must not be written before them. */
  const beginnings = new Map<string, Promise<EndpointHealth | undefined>>();
  const now = () => iso(clock.now());
  const instants = () => ({ ':now': now(), ':latest': iso(clock.now() + LATEST_MS) });
  const expiresAt = () => Math.ceil(clock.now() / 1_000) + EXPIRES_AFTER_SECONDS;

  function remember(id: string, health: EndpointHealth | undefined): EndpointHealth | undefined {
    remembered.delete(id);
    remembered.set(id, { health, untilMs: clock.now() + TTL_MS });
    const [oldest] = remembered.keys();
    if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return health;
  }

  async function read(id: string, isConsistent: boolean): Promise<EndpointHealth | undefined> {
    const { Item } = await client.call('GetItem', {
      TableName: table,
      Key: endpointKey(id),
      ConsistentRead: isConsistent,
    });
    return remember(id, Item === undefined ? undefined : healthOf(Item));
  }

  /** The deliveries of one batch ask at the same time. */
  async function readShared(id: string): Promise<EndpointHealth | undefined> {
    const running = inFlight.get(id) ?? read(id, false).finally(() => inFlight.delete(id));
    inFlight.set(id, running);
    return running;
  }

  /** The item after the write; undefined when its condition failed. */
  async function write(
    id: string,
    update: Parameters<typeof updateOf>[0],
    condition: string,
  ): Promise<EndpointHealth | undefined> {
    try {
      const { Attributes = {} } = await client.call('UpdateItem', {
        TableName: table,
        Key: endpointKey(id),
        ...updateOf(update),
        ConditionExpression: condition,
        ReturnValues: 'ALL_NEW',
      });
      return remember(id, healthOf(Attributes));
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      // Somebody else changed it: what is remembered is old, and all there is until the next question.
      remembered.set(id, { health: remembered.get(id)?.health, untilMs: 0 });
      return undefined;
    }
  }

  async function countOneMore(id: string, endedMs: number): Promise<EndpointHealth | undefined> {
    return write(
      id,
      {
        set: { failed_at: iso(endedMs), expires_at: expiresAt() },
        increment: ['failures'],
        remove: ['probe_until'],
        names: ['open_until'],
        values: instants(),
      },
      NOT_OPEN,
    );
  }

  /** The first failure after a success: what was counted before it is over, whoever counted it. */
  async function beginRow(
    id: string,
    endedMs: number,
    successMs: number,
  ): Promise<EndpointHealth | undefined> {
    return write(
      id,
      {
        set: { failures: 1, openings: 0, failed_at: iso(endedMs), expires_at: expiresAt() },
        remove: ['probe_until'],
        names: ['open_until'],
        values: { ...instants(), ':success': iso(successMs) },
      },
      `${NOT_OPEN} AND (attribute_not_exists(#failed_at) OR #failed_at < :success)`,
    );
  }

  return {
    find: async (id) => {
      const known = remembered.get(id);
      return known !== undefined && isWithin(known.untilMs, TTL_MS, clock.now())
        ? known.health
        : readShared(id);
    },

    recall: (id) => remembered.get(id)?.health,

    sawSuccess: (id, atMs) => {
      successes.delete(id);
      successes.set(id, atMs);
      const [oldest] = successes.keys();
      if (successes.size > MAX_REMEMBERED && oldest !== undefined) successes.delete(oldest);
    },

    countFailure: async (id, endedMs) => {
      const successMs = successes.get(id);
      if (successMs !== undefined && successMs > endedMs) return undefined;
      successes.delete(id);
      if (successMs === undefined) {
        await beginnings.get(id)?.catch(() => undefined);
        return countOneMore(id, endedMs);
      }
      const beginning = beginRow(id, endedMs, successMs).finally(() => beginnings.delete(id));
      beginnings.set(id, beginning);
      // Others have counted failures since that success, or the breaker is open.
      return (await beginning) ?? countOneMore(id, endedMs);
    },

    open: async (id, openings, until) => {
      await write(
        id,
        {
          set: { open_until: until, openings, expires_at: expiresAt() },
          remove: ['probe_until'],
          values: instants(),
        },
        NOT_OPEN,
      );
    },

    claimProbe: async (id, until) => {
      const isMine = await write(
        id,
        {
          set: { probe_until: until },
          names: ['open_until', 'openings'],
          values: { ...instants(), ':zero': 0 },
        },
        `#openings > :zero AND ${NOT_OPEN} AND (attribute_not_exists(#probe_until) OR #probe_until <= :now OR #probe_until > :latest)`,
      );
      if (isMine !== undefined) return true;
      // Closed in the meantime: there is nothing to probe, and nothing to wait for.
      const health = await read(id, true);
      return health === undefined || health.failures === 0;
    },

    close: async (id) => {
      const slowUntil = remembered.get(id)?.health?.slowUntil;
      remember(id, slowUntil === undefined ? undefined : { failures: 0, openings: 0, slowUntil });
      await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: endpointKey(id),
          ...updateOf({
            set: { failures: 0, openings: 0 },
            remove: ['open_until', 'probe_until'],
            values: { ':none': 0 },
          }),
          ConditionExpression: '#failures > :none',
        }),
      );
    },

    noteSlow: async (id, until, unlessAfter) => {
      // At once: the others of the batch are about to note the same.
      remember(id, { ...(remembered.get(id)?.health ?? { failures: 0, openings: 0 }), slowUntil: until });
      await write(
        id,
        { set: { slow_until: until, expires_at: expiresAt() }, values: { ':unless': unlessAfter } },
        'attribute_not_exists(#slow_until) OR #slow_until <= :unless',
      );
    },

    noteFast: async (id, slowUntil) => {
      const { slowUntil: _, ...known } = remembered.get(id)?.health ?? { failures: 0, openings: 0 };
      remember(id, known);
      await write(
        id,
        { set: { expires_at: expiresAt() }, remove: ['slow_until'], values: { ':seen': slowUntil } },
        '#slow_until = :seen',
      );
    },
  };
}

const iso = (epochMs: number) => new Date(epochMs).toISOString();

function healthOf(item: Item): EndpointHealth {
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
