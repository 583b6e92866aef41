import { SendRawEmailCommand, type SESClient } from '@aws-sdk/client-ses';
import { classifySesRefusal } from '../../core/deliver/email/ses.ts';
import type { Mailer, MailResult } from '../../core/deliver/ports.ts';
import { mailMime } from '../net/mail-mime.ts';

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
  client: SESClient;
  from: string;
  configurationSet?: string;
}): Mailer {
  return {
    send: async ({ deliveryId, alertId, ...mail }) => {
      const raw = await mailMime(mail, from);
      try {
        const { MessageId } = await client.send(
          new SendRawEmailCommand({
            Source: from,
            Destinations: [mail.to],
            RawMessage: { Data: raw },
            ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
            // Events about the mail carry the tags: by them they find the row of the delivery.
            Tags: [
              { Name: 'deliveryId', Value: deliveryId },
              { Name: 'alertId', Value: alertId },
            ],
          }),
        );
        return { result: 'accepted', messageId: MessageId ?? '' };
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
  const refused = classifySesRefusal({ code, message: error.message, status: statusOf(error) });
  if (refused !== undefined) return { result: refused, code, detail };
  if (isConnectionError(error)) {
    return { result: isBeforeSending(error) ? 'unavailable' : 'unanswered', code, detail };
  }
  return undefined;
}

function statusOf(error: Error): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function isConnectionError(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (
    error.name === 'TimeoutError' ||
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
