import type { Delivery, DeliveryMessage } from '../model/wire/delivery.ts';
import { LEASE_MS } from './waits.ts';

/** How far the clocks of two workers may be apart. */
const CLOCKS_DIFFER_MS = 60_000;

/** The fields of a delivery's row that a claim reads. */
type ClaimedRow = Pick<Delivery, 'state' | 'attempt' | 'round' | 'lease_until' | 'deferrals'>;

/** The asker: a worker that wants to make the attempt, or a digest that wants to tell of the delivery. */
export type Claimant = 'worker' | 'digest';

/**
 * Whether a row grants an attempt to a message. The table decides the same in one conditional write (`adapters/dynamodb/deliveries`),
 * and a property test holds the two against each other.
 *
 * | row | granted to a message |
 * |---|---|
 * | none | any |
 * | pending or sending | of a later attempt |
 * | pending, put back | of the same attempt, put back at least as often |
 * | sending, its lease is over | of the same attempt, put back at least as often; to a worker only |
 * | dead, suppressed, digested | of a later round: a redriven dead letter, a replay |
 * | delivered | of a later round that says so (`is_again`) |
 *
 * Of two messages of one attempt the one that was put back more often is the later; the other is overtaken. A row that
 * is pending has `deferrals` only while its attempt waits: a record removes it. A digest does not take what a worker has
 * begun, because that may have been sent.
 */
export function isGranted(
  row: ClaimedRow | undefined,
  message: DeliveryMessage,
  nowAt: string,
  by: Claimant = 'worker',
): boolean {
  if (row === undefined) return true;
  switch (row.state) {
    case 'pending':
      return (
        row.attempt < message.attempt ||
        (row.attempt === message.attempt && row.deferrals !== undefined && !isOvertaken(row, message))
      );
    case 'sending':
      return (
        row.attempt < message.attempt ||
        (by === 'worker' &&
          row.attempt === message.attempt &&
          isLeaseOver(row, nowAt) &&
          !isOvertaken(row, message))
      );
    case 'dead':
    case 'suppressed':
    case 'digested':
      return row.round < message.round;
    case 'delivered':
      return message.is_again === true && row.round < message.round;
  }
}

/** Of a row that grants nothing: whether another worker holds this very attempt now. */
export function isHeld(row: ClaimedRow, message: DeliveryMessage, nowAt: string): boolean {
  return isAttemptOf(row, message) && !isOvertaken(row, message) && (row.lease_until ?? '') >= nowAt;
}

/**
 * Whether a row still stands as a worker's claim left it. Only then does the worker write what came of its attempt; a
 * claim of the same attempt that was granted later has another lease.
 */
export function isStillClaimed(
  row: ClaimedRow,
  { attempt, round, lease_until: lease }: Pick<Delivery, 'attempt' | 'round' | 'lease_until'>,
): boolean {
  return isAttemptOf(row, { attempt, round }) && row.lease_until === lease;
}

/** Whether this attempt of this round is being made, by whichever worker. */
export function isAttemptOf(
  row: ClaimedRow,
  { attempt, round }: Pick<Delivery, 'attempt' | 'round'>,
): boolean {
  return row.state === 'sending' && row.attempt === attempt && row.round === round;
}

/** Whether a delivery has no end yet: only then is it suppressed. */
export function isOpen(row: Pick<ClaimedRow, 'state'>): boolean {
  return row.state === 'pending' || row.state === 'sending';
}

/**
 * No lease given now ends later. One that does was given before the clock jumped back; it is over, or a dead worker's
 * delivery would be held until the clock is where it was.
 */
export function latestLease(nowAt: string): string {
  return new Date(Date.parse(nowAt) + LEASE_MS + CLOCKS_DIFFER_MS).toISOString();
}

function isLeaseOver({ lease_until: until }: ClaimedRow, nowAt: string): boolean {
  return until !== undefined && (until < nowAt || until > latestLease(nowAt));
}

function isOvertaken(row: ClaimedRow, message: DeliveryMessage): boolean {
  return (row.deferrals ?? 0) > (message.deferrals ?? 0);
}
