import { classifySesRefusal } from '../../core/deliver/email/ses.ts';
import type { Mailer, MailResult } from '../../core/deliver/ports.ts';
import { mailMime } from '../net/mail-mime.ts';
import { type SesClient, SesError } from './client.ts';

/**
 * Mail through SES, one recipient per call.
 *
 * What becomes of the mail is a value, with the words of SES; what is our own fault (keys that SES does not know) is thrown.
 */
export function sesMailer({
  client,
  from,
  configurationSet,
}: {
  client: SesClient;
  from: string;
  configurationSet?: string;
}): Mailer {
  return {
    send: async ({ deliveryId, alertId, ...mail }) => {
      const raw = await mailMime(mail, from);
      try {
        const answered = await client.call('SendRawEmail', {
          Source: from,
          'Destinations.member.1': mail.to,
          'RawMessage.Data': Buffer.from(raw).toString('base64'),
          ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
          // Events about the mail carry the tags: by them they find the row of the delivery.
          'Tags.member.1.Name': 'deliveryId',
          'Tags.member.1.Value': deliveryId,
          'Tags.member.2.Name': 'alertId',
          'Tags.member.2.Value': alertId,
        });
        return { result: 'accepted', messageId: answered('MessageId') ?? '' };
      } catch (error) {
        const result = resultOf(error);
        if (result === undefined) throw error;
        return result;
      }
    },
  };
}

function resultOf(error: unknown): MailResult | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = error.name;
  const detail = withoutAddresses(error.message);
  const status = error instanceof SesError ? error.status : undefined;
  const refused = classifySesRefusal({ code, message: error.message, status });
  if (refused !== undefined) return { result: refused, code, detail };
  if (isUnanswered(error)) {
    return { result: isBeforeSending(error) ? 'unavailable' : 'unanswered', code, detail };
  }
  return undefined;
}

/** Nothing says what SES made of the call. */
function isUnanswered(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (
    error.name === 'TimeoutError' ||
    error.name === 'DamagedAnswerError' ||
    error.name === 'AbortError' ||
    (code !== undefined && /^(E[A-Z]+|ERR_(SSL|TLS|SOCKET)_.*)$/.test(code))
  );
}

/** No connection, so SES has nothing of it. */
function isBeforeSending(error: Error): boolean {
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}

/** SES quotes the address that it refuses, IAM the identity: `identity/***@receiver.example`. */
function withoutAddresses(message: string): string {
  return message.replaceAll(/(?<![^\s<>@,;:"'])([^\s<>@,;:"'/]*identity\/)?[^\s<>@,;:"']+@/g, '$1***@');
}
