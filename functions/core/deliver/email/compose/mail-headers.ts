import { createHash } from 'node:crypto';
import type { Alert } from '../../../model/wire/alert.ts';
import { headerText, webAddress } from './escape.ts';

/**
 * The headers beside From, To, Subject and Date.
 *
 * Mails of one source and dedup key answer the same message, which never existed: mail programs show them as one
 * thread without anybody remembering which mail was the first. The source, because whoever may send to one of them
 * must not be able to put mails into the threads of another.
 */
export function mailHeaders({
  alert,
  deliveryId,
  messageIdDomain,
  unsubscribeUrl,
}: {
  alert: Alert;
  deliveryId: string;
  messageIdDomain: string;
  unsubscribeUrl: string | undefined;
}): Record<string, string> {
  const thread = messageId(
    createHash('sha256')
      .update(JSON.stringify([alert.source.id, alert.dedup_key]))
      .digest('hex')
      .slice(0, 32),
    messageIdDomain,
  );
  return {
    'Message-ID': messageId(deliveryId, messageIdDomain),
    'In-Reply-To': thread,
    References: thread,
    // RFC 3834: no out-of-office answer, please; the second is Exchange's word for it.
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'X-Tocsin-Alert': headerText(alert.id),
    'X-Tocsin-Delivery': headerText(deliveryId),
    'X-Tocsin-Severity': alert.severity,
    ...(unsubscribeUrl !== undefined && {
      // RFC 8058: the mail program posts, the reader presses one button.
      'List-Unsubscribe': `<${webAddress(unsubscribeUrl)}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  };
}

function messageId(left: string, domain: string): string {
  return `<${left.replace(/[^\w.-]/g, '')}@${domain.replace(/[^\w.-]/g, '')}>`;
}
