import type { Alert } from '../model/wire/alert.ts';
import type { Attempt, Delivery, DeliveryMessage } from '../model/wire/delivery.ts';
import type { FailureReason } from '../model/wire/delivery-reasons.ts';
import type { Destination, RetrySchedule } from '../model/config/destination.ts';
import { raised } from '../system-alerts/raise.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { Clock, Random } from '../world.ts';
import type { DeliveryLog, RetryQueue, Silences, Stories } from './ports.ts';
import type { Answered, Unclaimed, Verdict, Waits } from './attempt.ts';
import type { Silenced } from './silence.ts';
import { takeBack } from './story/tell.ts';
import { nextAttempt, sendToWait, waitOf } from './waits.ts';

/*
 * The only file that turns a verdict into writes. A write that must not be lost comes before the write that would hide its loss.
 *
 * | verdict | writes, in this order |
 * |---|---|
 * | settled, digested | none |
 * | settled, and its reader was not told | story: not told |
 * | suppressed | row: suppressed |
 * | silenced | entry for the summary · row: suppressed · story: not told |
 * | waits for the mail service | the message, later · row: pending, with the reason (and the claim is given up) |
 * | waits for the other network | the message, to the function there |
 * | waits for anything else | the message, later |
 * | delivered | row: delivered, with the attempt |
 * | retry | the next attempt's message, later · row: pending, with the attempt |
 * | failed | story: not told · dead letter · system alert to the other destinations · row: dead, with the attempt |
 * | failed, of a test by an operator | row: dead, with the attempt |
 *
 * A worker may die between two writes. The message that is there then comes back and meets a row that says less than
 * it, so it is delivered, or is one message too many: of two messages of one attempt the row lets one go.
 */

export type SettlePorts = {
  deliveries: DeliveryLog;
  retries: RetryQueue;
  alerts: AlertQueue;
  /** Absent where nothing is silenced. */
  silences?: Silences;
  /** Absent where everything is told. */
  stories?: Stories;
  clock: Clock;
  random: Random;
};

/** The end of a message, for the log. */
export type Settled = {
  verdict: Verdict['verdict'];
  reason?: string;
  /** Of an attempt that was made. */
  status?: number;
  durationMs?: number;
};

/** An attempt that was claimed and has an end. */
type Ended = {
  /** As the claim granted it, with the checksum of its body. */
  delivery: Delivery;
  /** The message that later attempts carry. */
  message: DeliveryMessage;
  schedule: RetrySchedule;
  /** Without its end. */
  attempt: Omit<Attempt, 'outcome' | 'reason'>;
  /** Undefined where it cannot be read. */
  destination: Destination | undefined;
  /** The system alert to the other destinations when it failed for good. */
  alert: (reason: FailureReason) => Alert | undefined;
};

/**
 * A verdict over a message of which no attempt was claimed.
 *
 * @param destination left out where it cannot be read, or was not read yet
 */
export async function settleUnclaimed(
  message: DeliveryMessage,
  verdict: Unclaimed,
  ports: SettlePorts,
  destination?: Destination,
): Promise<Settled> {
  switch (verdict.verdict) {
    case 'waits':
      return settleWait(message, verdict, ports);
    case 'suppressed':
      await ports.deliveries.suppress(message, verdict.reason);
      return reportOf(verdict);
    case 'settled':
      if (verdict.isUntold === true) await takeBack(message, destination, ports.stories);
      return reportOf(verdict);
    case 'digested':
      return reportOf(verdict);
  }
}

/**
 * The verdict over a message that a silence covers, or that is dropped. Undefined where the row has an end of another
 * kind: the message came again after that end, and the rest of the story finds out what is left to do.
 */
export async function settleSilenced(
  message: DeliveryMessage,
  verdict: Silenced,
  ports: SettlePorts,
  destination: Destination,
): Promise<Settled | undefined> {
  const { reason, silence } = verdict;
  if (silence !== undefined) await ports.silences?.note(message, silence, { isTold: false });
  if (!(await ports.deliveries.suppress(message, reason, silence))) return undefined;
  // An attempt that failed before the silence told nobody. An alert that was silenced when it was routed is in no story.
  if (message.silence === undefined) await takeBack(message, destination, ports.stories);
  return reportOf(verdict);
}

/** A verdict over an attempt that was claimed, within the bounds of `waits.ts`. */
export async function settleAttempt(
  answered: Answered,
  { delivery, message, schedule, attempt, destination, alert }: Ended,
  ports: SettlePorts,
): Promise<Settled> {
  const report = {
    ...(attempt.status !== undefined && { status: attempt.status }),
    durationMs: attempt.duration_ms,
  };
  switch (answered.verdict) {
    case 'waits':
      return settleWait(message, answered, ports, delivery);
    case 'delivered':
      await ports.deliveries.record(delivery, { ...attempt, outcome: 'delivered' }, 'delivered');
      return { verdict: 'delivered', ...report };
    case 'retry': {
      const { reason } = answered;
      const sent = answered.mayBeSent === true ? { ...message, may_be_sent: true } : message;
      const next = nextAttempt(sent, answered, schedule, ports);
      await sendToWait(next.wait, ports.retries);
      const recorded: Attempt = { ...attempt, outcome: 'retry', reason, next_due_at: next.dueAt };
      await ports.deliveries.record(delivery, recorded, 'pending');
      return { verdict: 'retry', reason, ...report };
    }
    case 'failed': {
      const { reason } = answered;
      if (message.is_test !== true) {
        await takeBack(message, destination, ports.stories);
        await ports.retries.deadLetter(message, reason, attempt.detail ?? '');
        const told = alert(reason);
        if (told !== undefined) await ports.alerts.enqueue(raised([told]));
      }
      await ports.deliveries.record(delivery, { ...attempt, outcome: 'failed', reason }, 'dead');
      return { verdict: 'failed', reason, ...report };
    }
  }
}

/** Gives up the claim, where there is one: `claimed` is the delivery as it was granted. */
async function settleWait(
  message: DeliveryMessage,
  waits: Waits,
  ports: SettlePorts,
  claimed?: Delivery,
): Promise<Settled> {
  const wait = waitOf(message, waits, ports);
  if (waits.reason === 'other-network') await ports.retries.handOver(wait.message);
  else await sendToWait(wait, ports.retries);
  if (wait.row !== undefined) {
    await ports.deliveries.defer(wait.message, wait.row, claimed);
  }
  return reportOf(waits);
}

function reportOf(verdict: Verdict): Settled {
  return 'reason' in verdict && verdict.reason !== undefined
    ? { verdict: verdict.verdict, reason: verdict.reason }
    : { verdict: verdict.verdict };
}
