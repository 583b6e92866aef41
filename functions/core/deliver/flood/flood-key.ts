import { createHash } from 'node:crypto';
import type { Alert } from '../../model/wire/alert.ts';

/** The key of messages over an addressee's limit. No flood has it, because a flood's key is hexadecimal. */
export const STORM_KEY = 'storm';

/**
 * The key of a flood, of source, dedup key and status: 16 hexadecimal digits.
 *
 * It has the source, because a sender to one source must not be able to hold back the alerts of another; the
 * status, so that a `resolved` is told at once.
 */
export function floodKey({ source, dedup_key: dedupKey, status }: Alert): string {
  return createHash('sha256')
    .update(JSON.stringify([source.id, dedupKey, status]))
    .digest('hex')
    .slice(0, 16);
}
