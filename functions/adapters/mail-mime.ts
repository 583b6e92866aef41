import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mail } from '../core/model/mail.ts';

/**
 * Folded, a long address is legal and still unreadable to some mail programs.
 *
 * References is not among them: nodemailer takes it as text only, and makes `<[object> <Object]>` of anything else.
 */
const UNFOLDED = new Set(['List-Unsubscribe', 'Message-ID', 'In-Reply-To']);

/**
 * A mail as MIME bytes: multipart/alternative, text first, both UTF-8.
 *
 * The date is the moment of composing; SES puts its own Date and Message-ID in their place.
 */
export async function mailMime(mail: Mail, from: string): Promise<Uint8Array> {
  const headers = Object.entries(mail.headers).map(([key, value]) => ({
    key,
    value: UNFOLDED.has(key) ? { prepared: true, foldLines: false, value: oneLine(value) } : oneLine(value),
  }));
  return new MailComposer({
    from,
    to: mail.to,
    subject: oneLine(mail.subject),
    text: mail.text,
    html: mail.html,
    headers,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

/** The core promises one line; a header is the one place where a broken promise would be an injection. */
function oneLine(value: string): string {
  return value.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ');
}
