import type { Clock } from '../../core/world.ts';

/**
 * When DynamoDB may delete an item that is written now, in epoch seconds.
 *
 * @param neededUntil when the work on the item is due, where that is later; its retention begins then
 */
export function expiryOf(
  { clock, retentionDays }: { clock: Clock; retentionDays: number },
  neededUntil?: string,
): number {
  const fromMs = Math.max(clock.now(), neededUntil === undefined ? 0 : Date.parse(neededUntil));
  return Math.ceil(fromMs / 1_000) + retentionDays * 86_400;
}

/** 18 days: the retention of a queue and of the dead-letter queue behind it. A message can lie there for so long. */
export const QUEUED_SECONDS = 18 * 86_400;
