import type { DeliveryMessage } from '../model/wire/delivery.ts';
import type { DeferralReason, FailureReason, RetryReason } from '../model/wire/delivery-reasons.ts';
import type { RetrySchedule } from '../model/config/destination.ts';
import type { Clock, Random } from '../world.ts';
import type { RetryQueue } from './ports.ts';
import type { Answered, Waits } from './attempt.ts';

/**
 * Every wait of a delivery.
 *
 * | the message waits because | for | at most |
 * |---|---|---|
 * | not-yet-due | what is left of its wait | that wait |
 * | busy: another worker holds the claim | a lease and 1 s | until that worker ends or its lease does |
 * | slow-lane | not at all: it changes its queue | |
 * | other-network | not at all: it is handed to the function of the network that its destination is in | |
 * | breaker-open | what is left of the opening, and up to 15 s | 24 h in all |
 * | mail-throttled | 10 20 40 80 160 300 s, times 0.5 to 1.5 | 24 h in all |
 * | mail-quota-exhausted | 600 s, times 0.5 to 1.5 | 24 h in all |
 * | hourly-limit | until a place of the hour is free | until one is |
 * | digest-closed | 2 s | until the next digest is open |
 * | retry | the step of the schedule, times 0.8 to 1.2 | the schedule's longest step, times 1.2 |
 * | a fault of ours: nothing is sent, the message itself comes back | 30 s 1 min 10 min 15 min (`core/failed-receive.ts`) | five receives |
 *
 * A delivery waits for a breaker, or for its mail service, at most 24 h; then it is dead. Waits of the flood end by
 * themselves: an hour frees every place, and a closed digest takes no more deliveries.
 */
export const LONGEST_WAIT_MS = 24 * 3_600_000;

/**
 * How long a claim holds: longer than an attempt can take with its writes (claim 2 s, webhook 10 s, next message
 * 2 s, three tries of the record 6 s), so that a live worker never loses it, and not much longer, because a dead
 * worker's delivery waits for its end.
 */
export const LEASE_MS = 25_000;

/** The longest SQS hides a message. */
const MAX_HOP_SECONDS = 900;
/** SQS counts in whole seconds: what is due within one is due. */
const DUE_WITHIN_MS = 1_000;
/** The shortest wait for a receiver that is busy or hangs, unless the schedule's longest step is shorter. */
const BUSY_FLOOR_SECONDS = 60;
/** Each wait of the schedule is multiplied by 0.8 to 1.2, so that deliveries that failed together do not come back together. */
const RETRY_JITTER = { least: 0.8, span: 0.4 };
/** Each wait for the mail service is multiplied by 0.5 to 1.5, for the same reason. */
const DEFERRAL_JITTER = { least: 0.5, span: 1 };
/**
 * The first wait for the mail service, and the longest, before jitter. A rate is over within seconds, unless many
 * mails wait for it; of a day's quota a little comes back all the time. SES itself asks for waits of up to ten
 * minutes: https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html (read 2026-11-21)
 */
const DEFERRAL_SECONDS: Record<DeferralReason, { first: number; longest: number }> = {
  'mail-throttled': { first: 10, longest: 300 },
  'mail-quota-exhausted': { first: 600, longest: 600 },
};

/** A message for later, and what the row of its delivery says of the wait; `row` is absent where it says nothing. */
type Wait = {
  message: DeliveryMessage;
  delaySeconds: number;
  row?: { reason: DeferralReason; dueAt: string };
};

type Parts = { clock: Clock; random: Random };

/** Whether a message was shown before its time. */
export function notYetDue(message: DeliveryMessage, nowMs: number): Waits | undefined {
  return waitLeftMs(message, nowMs) > DUE_WITHIN_MS ? { verdict: 'waits', reason: 'not-yet-due' } : undefined;
}

/**
 * How long a message that was shown has still to wait.
 *
 * By the clock, but never longer than what was left of its wait when it was sent: SQS counts with its own clock, and a
 * clock of ours that jumps back by two hours must not hold deliveries for two hours.
 */
function waitLeftMs(message: DeliveryMessage, nowMs: number): number {
  if (message.not_before === undefined) return 0;
  const byTheClock = Date.parse(message.not_before) - nowMs;
  return message.wait_left_seconds === undefined
    ? byTheClock
    : Math.min(byTheClock, message.wait_left_seconds * 1_000);
}

/** Whether a delivery has waited for a breaker or for its mail service for as long as it may. */
export function hasWaitedOut({ deferred_since: since }: DeliveryMessage, nowMs: number): boolean {
  return since !== undefined && nowMs - Date.parse(since) >= LONGEST_WAIT_MS;
}

/** Whether an attempt may wait for the mail service. A test by an operator never waits, because it has to show how things are. */
export function mayDefer(message: DeliveryMessage, nowMs: number): boolean {
  return message.is_test !== true && !hasWaitedOut(message, nowMs);
}

/**
 * The verdict over an attempt within its bounds: a retry beyond the schedule, and a wait beyond the longest one, have
 * failed for good. A test by an operator is tried once.
 */
export function withinBounds(
  answered: Answered,
  message: DeliveryMessage,
  schedule: RetrySchedule,
  nowMs: number,
): Answered {
  if (answered.verdict === 'waits' && !mayDefer(message, nowMs)) {
    return { verdict: 'failed', reason: 'mail-service-failing', facts: answered.facts };
  }
  if (answered.verdict === 'retry' && (message.is_test === true || stepOf(message, schedule) === undefined)) {
    return { verdict: 'failed', reason: exhausted(answered.reason), facts: answered.facts };
  }
  return answered;
}

/** The message of an attempt that is not made now, and when it comes back. */
export function waitOf(message: DeliveryMessage, waits: Waits, { clock, random }: Parts): Wait {
  const nowMs = clock.now();
  switch (waits.reason) {
    case 'not-yet-due':
      return { message, delaySeconds: waitLeftMs(message, nowMs) / 1_000 };
    case 'other-network': {
      // Its time has come. The function there decides which of its lanes suits it.
      const { not_before: _due, wait_left_seconds: _left, ...rest } = message;
      return { message: rest, delaySeconds: 0 };
    }
    case 'busy':
      // Letting the message go would lose the delivery if the worker that holds the claim dies.
      return { message, delaySeconds: LEASE_MS / 1_000 + 1 };
    case 'mail-throttled':
    case 'mail-quota-exhausted':
      return deferral(message, waits.reason, nowMs, random.fraction());
    case 'breaker-open': {
      const wait = until(message, waits.untilMs, nowMs);
      const since = message.deferred_since ?? iso(nowMs);
      return { ...wait, message: { ...wait.message, deferred_since: since } };
    }
    case 'slow-lane':
    case 'hourly-limit':
    case 'digest-closed':
      return until(message, waits.untilMs, nowMs);
  }
}

/** The message of the next attempt. `withinBounds` has seen that the schedule has a step for it. */
export function nextAttempt(
  message: DeliveryMessage,
  retry: { reason: RetryReason; retryAfterMs?: number },
  schedule: RetrySchedule,
  { clock, random }: Parts,
): { wait: Wait; dueAt: string } {
  const delaySeconds = retryDelaySeconds(schedule, failedInRound(message), retry, random.fraction()) ?? 0;
  const dueAt = iso(clock.now() + delaySeconds * 1_000);
  const { deferrals: _, ...rest } = message;
  const next = { ...rest, attempt: message.attempt + 1, not_before: dueAt };
  return { wait: { message: next, delaySeconds }, dueAt };
}

/**
 * Seconds before the next attempt; undefined when the schedule has no more.
 *
 * `Retry-After` is a floor, and so are 60 s after a timeout or a busy receiver; both are clamped to the longest step
 * of the schedule, because a schedule of seconds is the operator's wish.
 *
 * @param failedInRound attempts that failed in this round, at least 1
 * @param fraction 0..1, where in the range of the jitter
 */
export function retryDelaySeconds(
  schedule: RetrySchedule,
  failedInRound: number,
  retry: { reason: RetryReason; retryAfterMs?: number },
  fraction: number,
): number | undefined {
  const step = schedule.delaysSeconds[failedInRound - 1];
  if (step === undefined) {
    return undefined;
  }
  const longest = Math.max(...schedule.delaysSeconds);
  const floor = Math.max(
    (retry.retryAfterMs ?? 0) / 1_000,
    retry.reason === 'timeout' || retry.reason === 'receiver-busy' ? BUSY_FLOOR_SECONDS : 0,
  );
  return Math.max(step * (RETRY_JITTER.least + RETRY_JITTER.span * fraction), Math.min(floor, longest));
}

/**
 * Sends a message that waits for `delaySeconds`. SQS hides it for 900 s at most; a longer wait hops towards its
 * `not_before`, and the message says how much of the wait is left when SQS shows it.
 */
export async function sendToWait(
  { message, delaySeconds }: Wait,
  retries: Pick<RetryQueue, 'sendLater'>,
): Promise<void> {
  const hopSeconds = Math.min(MAX_HOP_SECONDS, delaySeconds);
  const left = Math.max(0, Math.ceil(delaySeconds - hopSeconds));
  await retries.sendLater({ ...message, wait_left_seconds: left }, hopSeconds);
}

/** The same attempt, for later: it was not made, because the mail service takes nothing now. */
function deferral(message: DeliveryMessage, reason: DeferralReason, nowMs: number, fraction: number): Wait {
  const times = message.deferrals ?? 0;
  const { first, longest } = DEFERRAL_SECONDS[reason];
  const delaySeconds =
    Math.min(longest, first * 2 ** Math.min(times, 10)) *
    (DEFERRAL_JITTER.least + DEFERRAL_JITTER.span * fraction);
  const dueAt = iso(nowMs + delaySeconds * 1_000);
  const since = message.deferred_since ?? iso(nowMs);
  return {
    message: { ...message, not_before: dueAt, deferred_since: since, deferrals: times + 1 },
    delaySeconds,
    row: { reason, dueAt },
  };
}

function until(message: DeliveryMessage, untilMs: number, nowMs: number): Wait {
  return { message: { ...message, not_before: iso(untilMs) }, delaySeconds: (untilMs - nowMs) / 1_000 };
}

function failedInRound(message: DeliveryMessage): number {
  return message.attempt - message.first_attempt + 1;
}

function stepOf(message: DeliveryMessage, { delaysSeconds }: RetrySchedule): number | undefined {
  return delaysSeconds[failedInRound(message) - 1];
}

/** The reason of a dead delivery names the side on which it failed. */
function exhausted(reason: RetryReason): FailureReason {
  switch (reason) {
    case 'timeout':
    case 'dns-failed':
    case 'connection-failed':
    case 'tls-failed':
      return 'receiver-unreachable';
    case 'receiver-busy':
    case 'receiver-error':
      return 'receiver-failing';
    case 'mail-service-failed':
      return 'mail-service-failing';
  }
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
