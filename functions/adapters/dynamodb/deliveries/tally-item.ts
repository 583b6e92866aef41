import { sheetPlaceOf } from '../../../core/model/wire/ids.ts';
import type { DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import { expiryOf } from '../expiry.ts';
import { deliveryTimeRow, type Key, tallyKey } from '../keys.ts';
import type { Item } from '../pages.ts';
import type { Slot } from './first-claims.ts';
import type { DeliveryTable } from './table.ts';

/** Of a token, as much as tells the claims of one slot apart: ten slots and their keys are 1 KB at most. */
const TOKEN_LENGTH = 8;

/** Who asks for which slot. */
export type SlotClaim = { message: DeliveryMessage; slot: Slot };
/** Claims of one tally. */
export type SlotClaims<Claim extends SlotClaim = SlotClaim> = readonly [Claim, ...Claim[]];

/** What an item of a tally holds: its key, the claims in its slots, and what any claim that makes the item writes. */
type TallyWrite = { key: Key; slots: Item; expires_at: number; once: Item };

export function placeOf({
  alert_id: alertId,
  destination_id: destinationId,
}: Pick<DeliveryMessage, 'alert_id' | 'destination_id'>): { sheet: string; slot: number; key: Key } {
  const { sheet, slot } = sheetPlaceOf(alertId);
  return { sheet, slot, key: tallyKey(sheet, destinationId) };
}

/** What claims of one tally write, each in its own slot. */
export function writeOf(to: Omit<DeliveryTable, 'tally'>, [first, ...others]: SlotClaims): TallyWrite {
  const { key, sheet } = placeOf(first.message);
  const { destination_id: destinationId, created_at: createdAt } = first.message;
  const slots = [first, ...others].map(
    ({ message, slot }) => [slotName(placeOf(message).slot), textOf(slot)] as const,
  );
  return {
    key,
    slots: Object.fromEntries(slots),
    expires_at: expiryOf(to),
    once: deliveryTimeRow(sheet, destinationId, createdAt),
  };
}

/** The slot of an alert in the item of a tally. */
export function slotIn(item: Item, slot: number): Slot | undefined {
  const value = item[slotName(slot)];
  if (typeof value !== 'string') return undefined;
  const [leaseUntil = '', nowAt = '', token = ''] = value.split('#');
  return { leaseUntil, nowAt, token };
}

/** Whether the claim that stands in a slot is this one. */
export function isSameClaim(standing: Slot, slot: Slot): boolean {
  return standing.token === short(slot.token);
}

const slotName = (slot: number): string => `c${String(slot)}`;
const textOf = ({ leaseUntil, token, nowAt }: Slot): string => [leaseUntil, nowAt, short(token)].join('#');
const short = (token: string): string => token.slice(0, TOKEN_LENGTH);
