import { createHash } from 'node:crypto';
import type {
  Attempt,
  DeferralReason,
  Delivery,
  DeliveryMessage,
  FailureReason,
  Outcome,
  RetryReason,
  SuppressionReason,
} from '../model/wire/delivery.ts';
import type { Destination, RetrySchedule } from '../model/config/destination.ts';
import { UnreadableConfigError } from '../model/config/unreadable-config.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { Clock, Random } from '../world.ts';
import type { DeliveryLog, DestinationRegistry, RetryQueue } from './ports.ts';
import {
  attemptWatched,
  confirmAdmission,
  decideAdmission,
  deferred,
  failedUnmade,
  noteEndpoint,
  type Endpoints,
} from './webhook/endpoint/gate.ts';
import { endUnreadable } from './deliver-unreadable.ts';
import { sendToWait, waitLeftMs } from './hop.ts';
import { putBack } from './put-back.ts';
import { raiseFailure } from './raise-failure.ts';
import { retryDelaySeconds } from './waits.ts';

/**
 * How long a claim holds: longer than an attempt can take with its writes (claim 2 s, webhook 10 s, next message
 * 2 s, three tries of the record 6 s), so that a live worker never loses it, and not much longer, because a dead
 * worker's delivery waits for its end.
 */
const LEASE_MS = 25_000;

export type DeliverPorts = {
  destinations: DestinationRegistry;
  log: DeliveryLog;
  retries: RetryQueue;
  alerts: AlertQueue;
  clock: Clock;
  random: Random;
  /** What is known of the endpoints of webhooks. Mail has none: one mail service stands behind every destination. */
  endpoints?: Endpoints;
};

/** What one attempt came to, and what the log should know of it. `deferred`: nothing was sent, and nothing counts. */
export type AttemptResult = {
  outcome:
    | Extract<Outcome, { outcome: 'delivered' | 'retry' | 'failed' }>
    | { outcome: 'deferred'; reason: DeferralReason };
  facts: Partial<Attempt>;
  /** Of a retry: it was sent, as far as we know, and the answer was lost. */
  mayBeSent?: boolean;
};

/** An attempt that can be made: the body is rendered, the secrets are at hand. */
export type PreparedAttempt = {
  body: string;
  /** What later attempts carry; the body too, where it cannot be rendered again to the same bytes. */
  message: DeliveryMessage;
  schedule: RetrySchedule;
  /** Why it should not be made now, though it could. */
  wait?: DeferralReason;
  /** Where the row turns out to name a digest: sees that the digest has it. */
  rejoin?(): Promise<NoAttempt | undefined>;
  send(): Promise<AttemptResult>;
};

/** Why there is no attempt now: we chose not to send, a digest tells of it, or it waits for its turn. */
export type NoAttempt =
  | { suppressed: SuppressionReason }
  /** `empty-digest`: nobody joined. */
  | { told: 'by-digest' | 'empty-digest' }
  | { wait: 'hourly-limit' | 'digest-closed'; untilMs: number };

/** What a channel does of its own: everything that may fail on our side happens before an attempt is claimed. */
export type Prepare = (
  message: DeliveryMessage,
  destination: Destination,
) => Promise<PreparedAttempt | NoAttempt>;

/** What became of a message, for the log. */
export type DeliveryReport = {
  result: 'delivered' | 'retry' | 'dead' | 'suppressed' | 'digested' | 'deferred' | 'settled';
  reason?: string;
  status?: number;
  durationMs?: number;
};

/**
 * Makes one attempt at a delivery: claim, send, record.
 *
 * What must not be lost is written before what would hide it: the next attempt is in its queue before this one is
 * recorded, a dead letter before the delivery is called dead. An exception is our own fault: the message returns to
 * its queue, and no attempt is consumed unless the claim was taken.
 *
 * @param sentAtMs when the message was sent, as its queue says: the same however often it is received
 */
export async function deliver(
  message: DeliveryMessage,
  prepare: Prepare,
  ports: DeliverPorts,
  sentAtMs: number,
): Promise<DeliveryReport> {
  try {
    return await deliverReadable(message, prepare, ports, sentAtMs);
  } catch (error) {
    if (!(error instanceof UnreadableConfigError)) throw error;
    const report = await endUnreadable(message, error, { ...ports, leaseMs: LEASE_MS, sentAtMs });
    return report ?? lookAgain(message, ports);
  }
}

/** Throws `UnreadableConfigError` before the claim; one that a mail server's secret throws later waits for the lease. */
async function deliverReadable(
  message: DeliveryMessage,
  prepare: Prepare,
  ports: DeliverPorts,
  sentAtMs: number,
): Promise<DeliveryReport> {
  const waitMs = waitLeftMs(message, ports.clock.now());
  // SQS counts in whole seconds: what is due within one is due.
  if (waitMs > 1000) {
    await sendToWait(message, waitMs / 1000, ports.retries);
    return { result: 'deferred', reason: 'not-yet-due' };
  }
  const [destination, health] = await Promise.all([
    findDestination(message.destination_id, ports),
    ports.endpoints?.health.find(message.destination_id),
  ]);
  if (destination === undefined) {
    return suppress(message, 'destination-deleted', ports);
  }
  if (!destination.isEnabled && message.is_test !== true) {
    return suppress(message, 'destination-disabled', ports);
  }
  const decision = decideAdmission(message, destination, health, ports);
  if (decision.admit === 'later') {
    return defer(message, decision, ports);
  }
  const prepared = await prepare(message, destination);
  if (!('send' in prepared)) {
    return withoutAttempt(message, prepared, ports);
  }
  if (prepared.wait !== undefined) {
    const report = await putBackAndSay(message, prepared.wait, ports);
    if (report !== undefined) return report;
  }
  const admission = await confirmAdmission(message, destination, decision, ports);
  if (admission.admit === 'later') {
    return defer(message, admission, ports);
  }
  const claim = await ports.log.claim(message, iso(ports.clock.now() + LEASE_MS));
  if (claim.claim === 'settled') {
    const joined = claim.state === 'digested' ? await prepared.rejoin?.() : undefined;
    return joined === undefined ? { result: 'settled' } : withoutAttempt(message, joined, ports);
  }
  if (claim.claim === 'busy') {
    return lookAgain(message, ports);
  }
  const startedMs = ports.clock.now();
  const { outcome, facts, mayBeSent } =
    failedUnmade(claim, admission) ?? (await attemptWatched(message, async () => prepared.send(), ports));
  if (outcome.outcome === 'deferred') {
    const report = await putBackAndSay(message, outcome.reason, ports, claim.delivery);
    if (report !== undefined) return report;
  }
  const attempt: Attempt = {
    number: message.attempt,
    started_at: iso(startedMs),
    duration_ms: ports.clock.now() - startedMs,
    destination_version: destination.version,
    ...(message.deferrals !== undefined && {
      deferrals: message.deferrals,
      ...(message.deferred_since !== undefined && { deferred_since: message.deferred_since }),
    }),
    ...facts,
    ...ending(outcome),
  };
  const delivery = { ...claim.delivery, body_sha256: sha256(prepared.body) };
  const report = {
    ...(attempt.status !== undefined && { status: attempt.status }),
    durationMs: attempt.duration_ms,
  };

  if (outcome.outcome === 'delivered') {
    await ports.log.record(delivery, attempt, 'delivered');
    await noteEndpoint(message, destination, outcome, attempt, ports);
    return { result: 'delivered', ...report };
  }
  if (outcome.outcome === 'retry') {
    const sent = mayBeSent === true ? { ...prepared.message, may_be_sent: true } : prepared.message;
    const next = nextAttempt(sent, outcome, prepared.schedule, ports);
    if (next !== undefined) {
      await sendToWait(next.message, next.delaySeconds, ports.retries);
      await ports.log.record(delivery, { ...attempt, next_due_at: next.dueAt }, 'pending');
      await noteEndpoint(message, destination, outcome, attempt, ports);
      return { result: 'retry', reason: outcome.reason, ...report };
    }
  }
  const reason = outcome.outcome === 'failed' ? outcome.reason : exhausted(outcome.reason);
  if (message.is_test !== true) {
    await ports.retries.deadLetter(prepared.message, reason, facts.detail ?? '');
    await raiseFailure(message, destination, reason, sentAtMs, ports.alerts);
  }
  await ports.log.record(delivery, { ...attempt, outcome: 'failed', reason }, 'dead');
  await noteEndpoint(message, destination, outcome, attempt, ports);
  return { result: 'dead', reason, ...report };
}

/** Letting the message go would lose the delivery if the worker that holds the claim dies: it comes back after the lease. */
async function lookAgain(message: DeliveryMessage, { retries }: DeliverPorts): Promise<DeliveryReport> {
  await sendToWait(message, LEASE_MS / 1000 + 1, retries);
  return { result: 'deferred', reason: 'busy' };
}

/**
 * Puts an attempt back that the mail service takes nothing of now, and says so in the row. Undefined when it waited
 * for too long, and for a test by an operator, who wants to know: then the attempt counts.
 *
 * The message comes first, as everywhere. Should the worker die between the two writes, the row does not tell of the
 * wait, and of the two messages that then exist the later one counts.
 */
async function putBackAndSay(
  message: DeliveryMessage,
  reason: DeferralReason,
  ports: DeliverPorts,
  claimed?: Delivery,
): Promise<DeliveryReport | undefined> {
  const back = message.is_test === true ? undefined : putBack(message, reason, ports);
  if (back === undefined) {
    return undefined;
  }
  await sendToWait(back.message, back.delaySeconds, ports.retries);
  await ports.log.defer(back.message, { reason, dueAt: back.dueAt }, claimed);
  return { result: 'deferred', reason };
}

/** What becomes of a message that no attempt is made for now. */
async function withoutAttempt(
  message: DeliveryMessage,
  instead: NoAttempt,
  ports: DeliverPorts,
): Promise<DeliveryReport> {
  if ('suppressed' in instead) {
    return suppress(message, instead.suppressed, ports);
  }
  if ('told' in instead) {
    return instead.told === 'by-digest'
      ? { result: 'digested' }
      : { result: 'settled', reason: instead.told };
  }
  return defer(message, { untilMs: instead.untilMs, reason: instead.wait }, ports);
}

/** Puts a message back without an attempt; its number stays. */
async function defer(
  message: DeliveryMessage,
  decision: Parameters<typeof deferred>[1],
  ports: DeliverPorts,
): Promise<DeliveryReport> {
  const nowMs = ports.clock.now();
  const waitSeconds = (decision.untilMs - nowMs) / 1000;
  await sendToWait(deferred(message, decision, nowMs), waitSeconds, ports.retries);
  return { result: 'deferred', reason: decision.reason };
}

/**
 * The destination as it is configured. "Not there" and "disabled" end a delivery for good, so neither is taken from a
 * cache: an operator who enables a destination and replays must not lose the replay to a view that is seconds old.
 */
async function findDestination(id: string, { destinations }: DeliverPorts): Promise<Destination | undefined> {
  const known = await readable(destinations.find(id));
  return known?.isEnabled === true ? known : destinations.find(id, { isFresh: true });
}

/** What cannot be read counts as not known: the table itself is asked before anything is decided. */
async function readable(found: Promise<Destination | undefined>): Promise<Destination | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof UnreadableConfigError) return undefined;
    throw error;
  }
}

async function suppress(
  message: DeliveryMessage,
  reason: SuppressionReason,
  ports: DeliverPorts,
): Promise<DeliveryReport> {
  await ports.log.suppress(message, reason);
  return { result: 'suppressed', reason };
}

/** The message of the next attempt; undefined when the schedule is exhausted. A test is tried once. */
function nextAttempt(
  message: DeliveryMessage,
  retry: { reason: RetryReason; retryAfterMs?: number },
  schedule: RetrySchedule,
  ports: DeliverPorts,
): { message: DeliveryMessage; delaySeconds: number; dueAt: string } | undefined {
  if (message.is_test === true) {
    return undefined;
  }
  const failedInRound = message.attempt - message.first_attempt + 1;
  const delaySeconds = retryDelaySeconds(schedule, failedInRound, retry, ports.random.fraction());
  if (delaySeconds === undefined) {
    return undefined;
  }
  const dueAt = iso(ports.clock.now() + delaySeconds * 1000);
  const { deferrals: _, ...rest } = message;
  return { message: { ...rest, attempt: message.attempt + 1, not_before: dueAt }, delaySeconds, dueAt };
}

/** How the log calls what an attempt came to; one that is still deferred here has failed for good. */
function ending(outcome: AttemptResult['outcome']): Pick<Attempt, 'outcome' | 'reason'> {
  return outcome.outcome === 'deferred'
    ? { outcome: 'failed', reason: 'mail-service-failing' }
    : { outcome: outcome.outcome, ...('reason' in outcome && { reason: outcome.reason }) };
}

/** A dead delivery's reason says whose side it failed on. */
function exhausted(reason: RetryReason | DeferralReason): FailureReason {
  switch (reason) {
    case 'timeout':
    case 'dns-failed':
    case 'connection-failed':
    case 'tls-failed':
      return 'receiver-unreachable';
    case 'receiver-busy':
    case 'receiver-error':
      return 'receiver-failing';
    case 'mail-throttled':
    case 'mail-quota-exhausted':
    case 'mail-service-failed':
      return 'mail-service-failing';
  }
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
