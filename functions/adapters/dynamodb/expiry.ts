import type { Clock } from '../../core/world.ts';

/** When DynamoDB may delete what is written now, in epoch seconds. */
export function expiryOf({ clock, retentionDays }: { clock: Clock; retentionDays: number }): number {
  return Math.ceil(clock.now() / 1_000) + retentionDays * 86_400;
}
