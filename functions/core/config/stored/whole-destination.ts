import type { WebhookDestination } from '../../model/config/destination.ts';
import { parseTemplate } from '../../text/json-template.ts';
import { headerNameProblem, isReservedForDelivery } from '../header-rules.ts';
import { all } from '../value-checks.ts';
import { STORED_DESTINATION } from './destination.ts';
import type { StoredKind } from './stored-kind.ts';

/**
 * A destination with what only a post needs to be right: its template and the names of its headers.
 *
 * Apart from the rest, because the functions that send mails and keep recipients have no use for it. The router reads it too, so
 * that both the plan and the attempt say that a webhook cannot be read.
 */
export const WHOLE_DESTINATION: StoredKind<'destination'> = {
  ...STORED_DESTINATION,
  problem: all(STORED_DESTINATION.problem, postProblem),
};

function postProblem(config: unknown): string | undefined {
  const { template, customHeaderNames = [] } = config as Partial<WebhookDestination>;
  const parsed = template === undefined ? undefined : parseTemplate(template);
  if (parsed?.ok === false) return `template ${parsed.problem}`;
  const wrong = customHeaderNames.findIndex(
    (name) => headerNameProblem(name) !== undefined || isReservedForDelivery(name),
  );
  return wrong === -1
    ? undefined
    : `customHeaderNames[${String(wrong)}] is no header that a webhook may have`;
}
