import { PROFILES } from '../functions/core/model/destination.ts';
import { parseWebhookUrl } from '../functions/core/deliver/webhook/guard-url.ts';
import type { DestinationRules } from '../functions/core/config/parse-destination.ts';

/** Body formats of webhooks: each profile has one of its own. */
export const WEBHOOK_FORMATS: readonly string[] = PROFILES;

/** What the parser of destinations takes from the delivering side of the core. */
export function destinationRules(egressAllow: readonly string[]): DestinationRules {
  return { formats: WEBHOOK_FORMATS, parseUrl: (text) => parseWebhookUrl(text, egressAllow) };
}
