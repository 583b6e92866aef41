import { createHash } from 'node:crypto';
import type { Mail } from '../../core/model/wire/mail.ts';

/**
 * A mail as MIME bytes: multipart/alternative, text first, both UTF-8 in base64 (RFC 2045, 2046, 2047, 5322).
 *
 * By hand, because nodemailer's composer adds 139 KB to the bundle (41 KB compressed) for two parts and a dozen
 * headers. Headers stay unfolded, but for the subject: the core keeps each below the 998 characters of RFC 5322.
 * `from` is an address, or `Name <address>` in ASCII. SES puts its own Date and Message-ID in their place.
 */
export async function mailMime(mail: Mail, from: string): Promise<Uint8Array> {
  // Out of the content, so that the same mail has the same parts.
  const boundary = `=_${createHash('sha256').update(mail.text).update(mail.html).digest('hex').slice(0, 40)}`;
  const headers = {
    ...mail.headers,
    From: from,
    To: mail.to,
    Subject: mail.subject,
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    'MIME-Version': '1.0',
    'Content-Type': `multipart/alternative; boundary="${boundary}"`,
  };
  return Buffer.from(
    [
      ...Object.entries(headers).map(([name, value]) => `${name}: ${headerValue(value)}`),
      '',
      ...part(boundary, 'text/plain', mail.text),
      ...part(boundary, 'text/html', mail.html),
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  );
}

function part(boundary: string, type: string, content: string): string[] {
  const bytes = Buffer.from(content.replace(/\r?\n/g, '\r\n'));
  return [
    `--${boundary}`,
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    ...(bytes.toString('base64').match(/.{1,76}/g) ?? []),
  ];
}

/**
 * Printable ASCII as it is, anything else as encoded words; never a line end of the value's own.
 *
 * The core promises one line; a header is the one place where a broken promise would be an injection.
 */
function headerValue(value: string): string {
  const line = value.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ');
  return /^[\x20-\x7e]*$/.test(line) && !line.includes('=?') ? line : encodedWords(line);
}

/** RFC 2047: a word has at most 75 characters, and no character is split between two. */
function encodedWords(line: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of line.toWellFormed()) {
    // 45 bytes are 60 characters of base64, and 72 with the frame.
    if (Buffer.byteLength(word + character) > 45) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((text) => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`).join('\r\n ');
}
