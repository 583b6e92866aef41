import type { AddressObject, HeaderLines } from 'mailparser';
import type { StoredMail } from '../emulators/ses/mailbox.ts';
import { addressOf } from '../emulators/ses/mime-headers.ts';

/** A mail as `/local/mail.json` shows it. Addresses are bare; header names lower case, repeated headers joined by ", ". */
export type LocalMail = {
  id: number;
  messageId: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  raw: string;
  sentAt: string;
};

function headersOf(lines: HeaderLines): Record<string, string> {
  const headers = new Map<string, string>();
  for (const { key, line } of lines) {
    const value = line
      .slice(line.indexOf(':') + 1)
      .replaceAll(/\r?\n[ \t]+/g, ' ')
      .trim();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}

function senderOf(from: AddressObject | undefined, source: string): string {
  return from?.value[0]?.address ?? addressOf(source);
}

/** Parses a stored mail. `to` is the envelope, so blind copies are in it. */
export async function readMail(mail: StoredMail): Promise<LocalMail> {
  // Loaded when the first mail is looked at: it would be a fifth of the memory at rest.
  const { simpleParser } = await import('mailparser');
  const parsed = await simpleParser(mail.raw, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
  });
  return {
    id: mail.id,
    messageId: mail.messageId,
    from: senderOf(parsed.from, mail.source),
    to: mail.recipients.map(addressOf),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html === false ? '' : parsed.html,
    headers: headersOf(parsed.headerLines),
    raw: mail.raw.toString('utf8'),
    sentAt: new Date(mail.sentAtMs).toISOString(),
  };
}
