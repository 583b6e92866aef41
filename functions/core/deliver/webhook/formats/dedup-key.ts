import type { Alert } from '../../../model/alert.ts';

/** What a receiver ties a resolved alert to its firing one with; never blank. */
export function dedupKey(alert: Alert): string {
  return alert.dedup_key.trim() === '' ? alert.id : alert.dedup_key.toWellFormed();
}
