import { secretProblem } from '../../functions/core/deliver/webhook/secret-problem.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import { TOCSIN } from '../words/hint.ts';

/** A sentence about what the secret still lacks, where somebody damaged or deleted it; none where it is whole. */
export function missingOfSecret(destination: Destination, secret: WebhookSecret): string[] {
  if (destination.channel !== 'webhook') return [];
  const problem = secretProblem(destination, secret);
  return problem === undefined
    ? []
    : [
        `Nothing can be sent yet: ${problem}; see: ${TOCSIN} destination update --help, ${TOCSIN} destination rotate ${shellWord(destination.name)}.`,
      ];
}
