import type { EmailSettings } from '../../functions/core/config/parse-destination.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';

/** Where a deployment has no SES, every e-mail destination has a mail server. */
export function withoutSesProblem(
  { emailFrom }: Pick<Manifest, 'emailFrom'>,
  { transport }: Pick<EmailSettings, 'transport'>,
): Problem | undefined {
  if (emailFrom !== undefined || transport !== undefined) return undefined;
  return {
    path: 'transport.type',
    message: 'is ses, and this deployment has no SES (emailIdentity none in tocsin.json); expected smtp',
  };
}
