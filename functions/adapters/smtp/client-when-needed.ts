import type { SmtpClient } from '../../core/deliver/email/smtp/smtp-client.ts';
import type { smtpClient } from './client.ts';

/**
 * The client of mail servers, loaded when a mail goes to one: where all mails go through SES it is never read.
 *
 * It lies beside the code, under the name `#smtp` (`cdk/constructs/bundle-functions.ts`).
 */
export function smtpClientWhenNeeded(options: Parameters<typeof smtpClient>[0]): SmtpClient {
  let loaded: SmtpClient | undefined;
  const client = async () => (loaded ??= (await import('#smtp')).smtpClient(options));
  return {
    send: async (...mail) => (await client()).send(...mail),
    login: async (...server) => (await client()).login(...server),
  };
}
