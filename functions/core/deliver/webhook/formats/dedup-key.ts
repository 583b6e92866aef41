import type { Alert } from '../../../model/alert.ts';

/** What a receiver ties a resolved alert to its firing one with; never empty. */
export function dedupKey(alert: Alert): string {
  return alert.dedup_key.toWellFormed() || alert.id;
}
