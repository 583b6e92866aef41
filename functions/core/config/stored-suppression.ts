import { RECIPIENT_SUPPRESSION_REASONS } from '../model/wire/suppression.ts';
import { count, expects, flag, instant, list, object, oneOf, optional, text } from './value-checks.ts';

const change = object({
  action: oneOf(['added', 'removed']),
  reason: oneOf(RECIPIENT_SUPPRESSION_REASONS),
  at: instant,
  by: text,
  detail: optional(text),
});

const suppression = object({
  destination_id: text,
  address: text,
  reason: oneOf(RECIPIENT_SUPPRESSION_REASONS),
  at: instant,
  by: text,
  detail: optional(text),
});

const ITEM = object({
  schema_version: optional(expects('1', (value) => value === 1)),
  state: optional(oneOf(['suppressed', 'lifted'])),
  is_announced: optional(flag),
  history: optional(list(change)),
  soft_bounces: optional(list(text)),
  soft_bounce_ids: optional(list(text)),
  expires_at: optional(count),
});

/**
 * What cannot be read of the item of a recipient, in words.
 *
 * An item with soft bounces alone has no state; one that is lifted has no suppression.
 */
export function suppressionProblem(item: Record<string, unknown>): string | undefined {
  const problem = ITEM(item, '');
  if (problem !== undefined) return problem;
  if (item['state'] === 'suppressed') return suppression(item['suppression'], 'suppression');
  return item['suppression'] === undefined ? undefined : 'state is missing; expected suppressed';
}
