import { createHash } from 'node:crypto';
import type { Alert } from '../../../model/wire/alert.ts';

/** The longest that PagerDuty takes; Opsgenie takes more. */
const MAX_KEY = 255;

/**
 * The key by which a receiver ties a resolved alert to its firing one: `3f9c21a07b5e:edge-sensor:c2`.
 *
 * Sources choose their keys without knowing of each other, and many end up in one account of the receiver. So the
 * source stands in front, as a hash of its id, which outlives a new name and gives away no address.
 */
export function dedupKey(alert: Alert): string {
  const key = alert.dedup_key.trim() === '' ? alert.id : alert.dedup_key.toWellFormed();
  const scope = sha256(alert.source.id).slice(0, 12);
  const scoped = `${scope}:${key}`;
  return scoped.length <= MAX_KEY ? scoped : `${scope}:sha256:${sha256(key)}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
