import { findWebhookFormat } from '../../functions/core/deliver/webhook/formats/index.ts';
import { parseTemplate } from '../../functions/core/text/json-template.ts';
import { parseWebhookUrl } from '../../functions/core/deliver/webhook/guard-url.ts';
import type { DestinationRules } from '../../functions/core/config/parse-destination.ts';
import type { FormatAuth } from '../../functions/core/deliver/webhook/formats/format.ts';

/** How the receivers of a format authenticate us; undefined when the operator decides. */
export function formatAuth(format: string): FormatAuth | undefined {
  return findWebhookFormat(format)?.auth;
}

/** What the parser of destinations takes from the delivering side of the core. */
export function destinationRules(egressAllow: readonly string[]): DestinationRules {
  return {
    parseUrl: (text) => parseWebhookUrl(text, egressAllow),
    formatAuth,
    templateProblem(text) {
      const parsed = parseTemplate(text);
      return parsed.ok ? undefined : parsed.problem;
    },
  };
}
