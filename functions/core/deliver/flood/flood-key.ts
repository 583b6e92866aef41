import { createHash } from 'node:crypto';
import type { Alert } from '../../model/wire/alert.ts';

/** The key of what is over an addressee's limit; no flood has it, because a flood's key is hexadecimal. */
export const STORM_KEY = 'storm';

/**
 * What makes alerts one flood: source, dedup key and status. 16 hexadecimal digits.
 *
 * The source, because whoever may send to one of them must not be able to hold back the alerts of another; the
 * status, so that a `resolved` is told at once.
 */
export function floodKey({ source, dedup_key: dedupKey, status }: Alert): string {
  return createHash('sha256')
    .update(JSON.stringify([source.id, dedupKey, status]))
    .digest('hex')
    .slice(0, 16);
}
