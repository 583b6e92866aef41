import type { MailServerSecrets } from '../../core/deliver/email/smtp/mail-server.ts';
import { MAIL_SERVER_SECRET } from './shapes.ts';
import { secretsManagerSecrets, type SecretsOptions } from './secrets.ts';

/** Secrets `{prefix}/destination/{id}` of e-mail destinations that have a mail server of their own. */
export function secretsManagerMailServerSecrets(options: SecretsOptions): MailServerSecrets {
  const secrets = secretsManagerSecrets({
    ...options,
    kind: 'destination',
    shape: MAIL_SERVER_SECRET,
  });
  return { mailServerSecret: secrets.get };
}
