import { describe, expect, test } from 'vitest';
import { isVerdict, type Answered, type Channel } from '../../../../functions/core/deliver/attempt.ts';
import { deliver } from '../../../../functions/core/deliver/deliver.ts';
import type { Stories } from '../../../../functions/core/deliver/ports.ts';
import { tellOnce } from '../../../../functions/core/deliver/story/tell.ts';
import type { Alert, AlertStatus } from '../../../../functions/core/model/wire/alert.ts';
import type { DeliveryMessage } from '../../../../functions/core/model/wire/delivery.ts';
import { SEVERITIES, severityId } from '../../../../functions/core/model/wire/severity.ts';
import { NO_STORY, type Story } from '../../../../functions/core/model/wire/story.ts';
import { aMessage, anAlert, aWebhook } from '../../../adapters/records.ts';
import { chance } from '../../../handlers/chance.ts';
import { memoryPorts } from '../memory-ports.ts';

const MINUTE_MS = 60_000;
const DAYS = 40;
/** A message whose worker died comes again after so long. */
const VISIBILITY_MS = 6 * MINUTE_MS;
const FINDINGS = 6;
const RETRY = { delaysSeconds: [30, 120, 480, 3_600, 7_200] };

type Posted = { id: string; finding: string; status: AlertStatus; atMs: number };

/** Forty days at one chat, whose workers die and whose receiver fails; what became of each delivery, hour by hour. */
async function fortyDays({ seed, deaths, refusals }: { seed: number; deaths: number; refusals: number }) {
  const luck = chance(seed);
  const destination = aWebhook({ format: 'slack', auth: { type: 'none' }, retry: RETRY });
  const { ports, clock, rows, later, dead } = memoryPorts([destination]);
  const kept = new Map<string, Story>();
  const posts: Posted[] = [];
  const ends: { message: DeliveryMessage; reason: string; atMs: number }[] = [];
  const accepted: DeliveryMessage[] = [];
  let queue: { message: DeliveryMessage; dueMs: number }[] = [];
  let isCalm = false;

  /** A call that may not be made, or whose answer nobody hears: the worker dies there. */
  async function risky<T>(work: () => Promise<T>): Promise<T> {
    if (!isCalm && luck.is(deaths)) throw new Error('died before');
    const done = await work();
    if (!isCalm && luck.is(deaths)) throw new Error('died after');
    return done;
  }

  const stories: Stories = {
    clock,
    change: async ({ dedupKey }, step) =>
      risky(async () => {
        const { after, result } = step(kept.get(dedupKey) ?? NO_STORY);
        kept.set(dedupKey, after);
        return result;
      }),
  };
  const { deliveries, retries } = ports;
  const world = {
    ...ports,
    stories,
    deliveries: {
      claim: async (...args: Parameters<typeof deliveries.claim>) =>
        risky(async () => deliveries.claim(...args)),
      record: async (...args: Parameters<typeof deliveries.record>) =>
        risky(async () => deliveries.record(...args)),
      defer: async (...args: Parameters<typeof deliveries.defer>) =>
        risky(async () => deliveries.defer(...args)),
      suppress: async (message: DeliveryMessage, reason?: string) =>
        risky(async () => {
          ends.push({ message, reason: reason ?? '', atMs: clock.at });
          return true;
        }),
    },
    retries: {
      sendLater: async (...args: Parameters<typeof retries.sendLater>) =>
        risky(async () => retries.sendLater(...args)),
      handOver: async (...args: Parameters<typeof retries.handOver>) => retries.handOver(...args),
      deadLetter: async (...args: Parameters<typeof retries.deadLetter>) =>
        risky(async () => retries.deadLetter(...args)),
    },
  };

  async function post(message: DeliveryMessage): Promise<Answered> {
    if (!isCalm && luck.is(deaths)) throw new Error('died before the post');
    if (!isCalm && luck.is(refusals))
      return { verdict: 'failed', reason: 'receiver-rejected', facts: { status: 404 } };
    if (!isCalm && luck.is(0.1))
      return { verdict: 'retry', reason: 'receiver-error', facts: { status: 500 } };
    const { alert, delivery_id: id } = message;
    posts.push({ id, finding: alert.dedup_key, status: alert.status, atMs: clock.at });
    if (!isCalm && luck.is(deaths)) throw new Error('died after the post');
    return { verdict: 'delivered', facts: { status: 200 } };
  }

  const channel: Channel = {
    prepare: async (message, to) => {
      const told = await tellOnce(message, to, stories);
      if (isVerdict(told)) return told;
      const body = message.body ?? JSON.stringify([message.alert.title, told.note ?? null]);
      return { body, message: { ...message, body }, schedule: RETRY, send: async () => post(message) };
    },
  };

  function arrives(index: number): void {
    const severity = luck.of(SEVERITIES);
    const alert: Partial<Alert> = {
      dedup_key: `finding-${luck.below(FINDINGS)}`,
      status: luck.of(['firing', 'firing', 'firing', 'resolved', 'dismissed']),
      severity,
      severity_id: severityId(severity),
      received_at: new Date(clock.at).toISOString(),
      raw: { sha256: '', size: 0, index },
    };
    const id = `${String(accepted.length).padStart(8, '0')}-0000-5000-8000-000000000000`;
    const message = aMessage({ delivery_id: id, alert_id: id, alert: anAlert({ id, ...alert }) });
    accepted.push(message);
    // SQS delivers twice now and then, and in any order.
    for (let copy = 0; copy < (luck.is(0.1) ? 2 : 1); copy += 1) {
      queue.push({ message, dueMs: clock.at + luck.below(3) * MINUTE_MS });
    }
  }

  async function work(): Promise<void> {
    const due = queue.filter(({ dueMs }) => dueMs <= clock.at);
    queue = queue.filter(({ dueMs }) => dueMs > clock.at);
    for (const { message } of due) {
      try {
        await deliver(message, channel, world, clock.at);
      } catch {
        queue.push({ message, dueMs: clock.at + VISIBILITY_MS });
      }
      for (const one of later.splice(0)) {
        queue.push({ message: one.message, dueMs: clock.at + one.delaySeconds * 1_000 });
      }
    }
  }

  /** Deliveries that are in none of the states that a delivery may have. */
  function unaccounted(): string[] {
    const suppressed = new Set(ends.map(({ message }) => message.delivery_id));
    const waiting = new Set(queue.map(({ message }) => message.delivery_id));
    return accepted
      .map(({ delivery_id: id }) => id)
      .filter((id) => {
        const state = rows.get(id)?.state;
        return state !== 'delivered' && state !== 'dead' && !suppressed.has(id) && !waiting.has(id);
      });
  }

  for (let hour = 0; hour < DAYS * 24; hour += 1) {
    for (let index = 0; index < luck.below(4); index += 1) arrives(index);
    for (let step = 0; step < 12; step += 1) {
      await work();
      clock.at += 5 * MINUTE_MS;
    }
    expect({ hour, unaccounted: unaccounted() }).toEqual({ hour, unaccounted: [] });
  }
  isCalm = true;
  for (let step = 0; queue.length > 0; step += 1) {
    if (step === 10_000) throw new Error('the queue never became empty');
    await work();
    clock.at += 5 * MINUTE_MS;
  }
  return { accepted, posts, ends, rows, dead, unaccounted: unaccounted() };
}

describe.each([
  { seed: 1, deaths: 0, refusals: 0 },
  { seed: 2, deaths: 0.05, refusals: 0 },
  { seed: 3, deaths: 0.02, refusals: 0.1 },
])('forty days with workers that die ($deaths) and a receiver that refuses ($refusals)', (given) => {
  test('every delivery is accounted for at every hour, and no end is told of what was not', async () => {
    const { accepted, posts, ends, rows, unaccounted } = await fortyDays(given);
    expect(unaccounted).toEqual([]);
    expect(accepted.length).toBeGreaterThan(1_000);
    expect(ends.filter(({ reason }) => reason === 'repeated').length).toBeGreaterThan(100);
    expect(ends.filter(({ reason }) => reason === 'never-told').length).toBeGreaterThan(0);

    for (const { finding, status } of posts.filter((post) => post.status !== 'firing')) {
      // Told, or dead: then its letter says that it was to be told.
      const told = accepted.filter(
        ({ delivery_id: id, alert }) =>
          alert.dedup_key === finding &&
          alert.status === 'firing' &&
          ['delivered', 'dead'].includes(rows.get(id)?.state ?? ''),
      );
      expect({ finding, status, told: told.length > 0 }).toEqual({ finding, status, told: true });
    }

    if (given.refusals > 0) return;
    for (const { message, atMs } of ends.filter(({ reason }) => reason === 'never-told')) {
      const finding = message.alert.dedup_key;
      expect(
        posts.filter((post) => post.finding === finding && post.status === 'firing' && post.atMs < atMs),
      ).toEqual([]);
    }
  });
});
