import type { Delivery, DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import type { Item } from '../pages.ts';

/** The claim of a first attempt: who made it, when, and until when it holds. */
export type Slot = { token: string; leaseUntil: string; nowAt: string };

/**
 * Claims of first attempts, those of a sheet at a destination in one item: of ten webhooks that a batch begins at once
 * one write in place of ten, and one entry of an index that lists them all.
 *
 * A slot is written once, under the condition that it is free, and never changed: it decides who makes the first attempt. The
 * row of the delivery is written when that attempt has ended, or as soon as anybody else has something to ask of it: then it is
 * written as the claim would have left it, under the condition that there is none, and decides as all rows do.
 */
export type Tally = {
  /** Whether this message is that of a first attempt whose claim it keeps. */
  holds(message: DeliveryMessage): boolean;
  /** Whether the slot was free, and is ours. */
  take(message: DeliveryMessage, slot: Slot): Promise<boolean>;
  look(message: DeliveryMessage): Promise<Slot | undefined>;
  /** Writes the row that a slot stands for, where there is none; false where no worker has the slot. */
  writeRow(message: DeliveryMessage): Promise<boolean>;
  /** Sees that the row decides from now on: the slot is taken, and the row of a worker that has it is written. */
  close(message: DeliveryMessage): Promise<void>;
  /** Whether the tally lists the delivery, so that its row needs no entry of its own. */
  lists(message: DeliveryMessage): boolean;
  /** Writes the row of a first attempt that has ended; false where there is one, or the claim was not made in a slot. */
  writeEnd(delivery: Delivery, outcome: Item): Promise<boolean>;
};

/** Stands in the slot of a delivery that no worker had begun when its row was written. */
export const IN_ROW: Slot = { token: 'row', leaseUntil: '', nowAt: '' };

/**
 * Whether no row is to be expected. A put is a smaller request than the conditional update, and its row need not be
 * read back; when there is a row (a worker that died, an answer that was lost) the update decides.
 *
 * A mail's claim is a small part of its cost, and the mail function has no right to put.
 */
export function isFirst({ channel, attempt, round, deferrals = 0 }: DeliveryMessage): boolean {
  return channel === 'webhook' && attempt === 1 && round === 1 && deferrals === 0;
}

/** A row as a claim leaves it. */
export function claimedRow({ token, leaseUntil, nowAt }: Slot, place: Item): Item {
  return {
    ...place,
    state: 'sending',
    attempt: 1,
    round: 1,
    lease_until: leaseUntil,
    claim_token: token,
    updated_at: nowAt,
    claims: 1,
  };
}
