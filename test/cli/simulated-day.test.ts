import { expect, test } from 'vitest';
import type { Answered, Channel } from '../../functions/core/deliver/attempt.ts';
import { deliver } from '../../functions/core/deliver/deliver.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import { alertIdsOf, type AcceptedRequest } from '../../functions/core/model/wire/accepted-request.ts';
import type { DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { deliveryId } from '../../functions/core/model/wire/ids.ts';
import type { AuditRecords } from '../../functions/core/operator/audit/ports.ts';
import { aMessage, aWebhook } from '../adapters/records.ts';
import { memoryPorts } from '../core/deliver/memory-ports.ts';
import { memoryGateway } from './memory-gateway.ts';
import { anAlert } from './records.ts';
import { run } from './run.ts';

const MINUTE_MS = 60_000;
/** A message whose worker died comes again after so long. */
const VISIBILITY_MS = 6 * MINUTE_MS;
const DAYS = Number(process.env['TOCSIN_DAYS'] ?? 3);
const RETRY = { delaysSeconds: [30, 120, 480] };

/** A linear congruential generator: the same day for the same seed. */
function chance(seed: number) {
  let state = seed;
  const fraction = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return {
    is: (probability: number) => fraction() < probability,
    below: (most: number) => Math.floor(fraction() * most),
  };
}

type Queued<T> = { message: T; dueMs: number };

/** A gateway of two receivers, whose workers die and whose receivers fail, with a clock that is moved. */
function aDay(seed: number) {
  const luck = chance(seed);
  const destinations = ['dst_a', 'dst_b'].map((id) =>
    aWebhook({ id, name: id, auth: { type: 'none' }, retry: RETRY }),
  );
  const { ports, clock, rows, later } = memoryPorts(destinations);
  const requests: AcceptedRequest[] = [];
  const stored = new Map<string, RoutedAlert>();
  let accepted: Queued<AcceptedRequest>[] = [];
  let queue: Queued<DeliveryMessage>[] = [];
  const now = () => new Date(clock.at).toISOString();

  let isCalm = false;

  async function risky<T>(work: () => T | Promise<T>): Promise<T> {
    if (!isCalm && luck.is(0.03)) throw new Error('died before');
    const done = await work();
    if (!isCalm && luck.is(0.03)) throw new Error('died after');
    return done;
  }

  const { deliveries, retries } = ports;
  const world = {
    ...ports,
    deliveries: {
      ...deliveries,
      claim: async (...args: Parameters<typeof deliveries.claim>) =>
        risky(async () => deliveries.claim(...args)),
      record: async (...args: Parameters<typeof deliveries.record>) =>
        risky(async () => deliveries.record(...args)),
    },
    retries: {
      ...retries,
      sendLater: async (...args: Parameters<typeof retries.sendLater>) =>
        risky(async () => retries.sendLater(...args)),
    },
  };

  async function post(): Promise<Answered> {
    return risky((): Answered => {
      if (luck.is(0.05)) return { verdict: 'failed', reason: 'receiver-rejected', facts: { status: 404 } };
      if (luck.is(0.1)) return { verdict: 'retry', reason: 'receiver-error', facts: { status: 500 } };
      return { verdict: 'delivered', facts: { status: 200 } };
    });
  }

  const channel: Channel = {
    prepare: async (message) => ({
      body: 'body',
      message: { ...message, body: 'body' },
      schedule: RETRY,
      send: async () => post(),
    }),
  };

  async function route(request: AcceptedRequest): Promise<void> {
    for (const id of alertIdsOf(request)) {
      const planned = destinations.map((one) => ({
        id: deliveryId(id, one.id),
        destination_id: one.id,
        channel: 'webhook' as const,
      }));
      const alert = anAlert({ id, received_at: request.receivedAt });
      await risky(() => {
        const before = stored.get(id);
        const routed: RoutedAlert = {
          alert,
          routing: 'routed',
          routed_at: now(),
          deliveries: planned,
          trace: [],
        };
        stored.set(id, before ?? routed);
      });
      await risky(() => {
        for (const { id: delivery_id, destination_id } of planned) {
          const message = aMessage({ delivery_id, alert_id: id, destination_id, alert, created_at: now() });
          queue.push({ message, dueMs: clock.at });
        }
      });
    }
  }

  async function work(): Promise<void> {
    const routes = accepted.filter(({ dueMs }) => dueMs <= clock.at);
    accepted = accepted.filter(({ dueMs }) => dueMs > clock.at);
    for (const { message } of routes) {
      await route(message).catch(() => accepted.push({ message, dueMs: clock.at + VISIBILITY_MS }));
    }
    const due = queue.filter(({ dueMs }) => dueMs <= clock.at);
    queue = queue.filter(({ dueMs }) => dueMs > clock.at);
    for (const { message } of due) {
      await deliver(message, channel, world, clock.at).catch(() =>
        queue.push({ message, dueMs: clock.at + VISIBILITY_MS }),
      );
      for (const one of later.splice(0)) {
        queue.push({ message: one.message, dueMs: clock.at + one.delaySeconds * 1_000 });
      }
    }
  }

  function accept(): AcceptedRequest {
    const request: AcceptedRequest = {
      requestId: `request-${String(requests.length)}`,
      sourceId: 'src_a',
      receivedAt: now(),
      indexes: [[0, luck.below(4)]],
    };
    requests.push(request);
    accepted.push({ message: request, dueMs: clock.at });
    return request;
  }

  async function hour(): Promise<void> {
    for (let step = 0; step < 12; step += 1) {
      if (luck.is(0.4)) accept();
      await work();
      clock.at += 5 * MINUTE_MS;
    }
  }

  const audited: AuditRecords = {
    async *requests(since, until) {
      const found = requests.filter(({ receivedAt }) => receivedAt > since && receivedAt <= until);
      for (const request of found) yield [request];
    },
    alerts: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const routed = stored.get(id);
          const of = [...rows.values()].filter((row) => row.alert_id === id);
          return routed === undefined ? [] : [[id, { routed, rows: of }] as const];
        }),
      ),
    digest: async () => undefined,
    lostRequests: async () => new Set(),
  };

  const audit = async () => {
    const ran = await run(['audit', '--json', '--since', '26h'], {
      gateway: { ...memoryGateway(), audited },
      clock: { now: () => clock.at },
    });
    return { code: ran.code, ...(ran.json() as AuditView) };
  };

  return {
    hour,
    audit,
    accept,
    rows,
    calm: () => {
      isCalm = true;
    },
    steal: (request: AcceptedRequest) => {
      accepted = accepted.filter(({ message }) => message !== request);
    },
  };
}

type Sum = Record<'accepted' | 'delivered' | 'digested' | 'suppressed' | 'pending' | 'dead', number>;
type AuditView = {
  alerts: { accepted: number };
  destinations: Sum[];
  findings: { problem: string; alert_id: string; delivery_id: string | null }[];
};

const names = ({ findings }: AuditView) =>
  findings.map(({ problem, alert_id: id, delivery_id: of }) => `${problem} ${id} ${of ?? ''}`);

const SEEDS = Array.from({ length: DAYS }, (_, index) => index + 1);

test.each(SEEDS)('a day of traffic, deaths and refusals adds up at every hour (seed %i)', async (seed) => {
  const day = aDay(seed);
  let wasLate: string[] = [];
  for (let hour = 0; hour < 24; hour += 1) {
    await day.hour();
    const sum = await day.audit();
    // Whose worker has just died is late, and says so. What is lost stays.
    const late = names(sum);
    expect({ hour, lasting: late.filter((one) => wasLate.includes(one)) }).toEqual({ hour, lasting: [] });
    expect(sum.code).toBe(late.length === 0 ? 0 : 1);
    wasLate = late;
    for (const { accepted, delivered, digested, suppressed, pending, dead } of sum.destinations) {
      expect(delivered + digested + suppressed + pending + dead, `hour ${String(hour)}`).toBe(accepted);
    }
  }
  day.calm();
  for (let hour = 0; hour < 2; hour += 1) await day.hour();
  const quiet = await day.audit();
  expect({ code: quiet.code, findings: quiet.findings }).toEqual({ code: 0, findings: [] });
  expect(quiet.alerts.accepted).toBeGreaterThan(50);
  expect(quiet.destinations.some(({ dead }) => dead > 0)).toBe(true);

  const [deleted, undigested] = [...day.rows.values()].filter(({ state }) => state === 'delivered').slice(-2);
  if (deleted === undefined || undigested === undefined) throw new Error('nothing was delivered');
  day.rows.delete(deleted.id);
  day.rows.set(undigested.id, {
    ...undigested,
    state: 'digested',
    digest_id: 'no-such-digest',
    due_at: undigested.created_at,
  });
  const stolen = day.accept();
  day.steal(stolen);
  await day.hour();
  const sum = await day.audit();
  expect(sum.code).toBe(1);
  const named = sum.findings.map(({ problem, alert_id: id }) => `${problem} ${id}`);
  expect(named.toSorted()).toEqual(
    [
      `no-record ${deleted.alert_id}`,
      `digest-without-mail ${undigested.alert_id}`,
      ...alertIdsOf(stolen).map((id) => `not-routed ${id}`),
    ].toSorted(),
  );
});
