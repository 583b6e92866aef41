import { assert, asyncProperty, string } from 'fast-check';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { mailMime } from '../../../functions/adapters/net/mail-mime.ts';
import type { Mail } from '../../../functions/core/model/wire/mail.ts';
import { aMail, anAlert } from '../../core/deliver/email/compose/an-alert.ts';
import { words } from '../../core/deliver/email/compose/parsed-html.ts';
import { anyCharacter } from '../../any-character.ts';

const FROM = 'Tocsin <tocsin@sender.example>';
const UNSUBSCRIBE_URL = `https://gateway.example/u?t=${'abc123'.repeat(30)}`;

const HEADERS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'in-reply-to',
  'message-id',
  'mime-version',
  'references',
  'subject',
  'to',
  'x-auto-response-suppress',
  'x-tocsin-alert',
  'x-tocsin-delivery',
  'x-tocsin-severity',
];

async function mime(mail: Mail) {
  const raw = Buffer.from(await mailMime(mail, FROM));
  const head = raw.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
  return { raw: raw.toString('latin1'), head: head.split('\r\n'), parsed: await simpleParser(raw) };
}

describe('a mail as MIME', () => {
  test('arrives as it was written: sender, receiver, subject, both parts', async () => {
    const mail = aMail({ alert: anAlert({ title: 'Zürich 東京 😀', description: 'ä\nö — “ü”' }), count: 3 });
    const { parsed } = await mime(mail);
    expect(parsed.from?.text).toBe('"Tocsin" <tocsin@sender.example>');
    expect([parsed.to].flat().map((to) => to?.text)).toEqual(['ana@receiver.example']);
    expect(parsed.subject).toBe('[HIGH] Zürich 東京 😀 · pay-worker-7 (×3)');
    expect(parsed.text?.trimEnd()).toBe(mail.text.trimEnd());
    expect(typeof parsed.html === 'string' && parsed.html.trimEnd()).toBe(mail.html.trimEnd());
    expect(parsed.attachments).toEqual([]);
  });

  test('has text before HTML, both UTF-8, in lines that every server takes', async () => {
    const { raw, parsed } = await mime(aMail({ alert: anAlert({ description: 'x'.repeat(4000) }) }));
    expect(parsed.headers.get('content-type')).toMatchObject({ value: 'multipart/alternative' });
    expect(raw.match(/^content-type: text\/.*$/gim)).toEqual([
      'Content-Type: text/plain; charset=utf-8',
      'Content-Type: text/html; charset=utf-8',
    ]);
    expect(Math.max(...raw.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(998);
    expect(raw).toMatch(/^[\r\n\x20-\x7e\t]*$/);
  });

  test('keeps every header of the mail, ids and the long unsubscribe address on one line', async () => {
    const mail = aMail({ unsubscribeUrl: UNSUBSCRIBE_URL });
    const { head } = await mime(mail);
    for (const name of ['Message-ID', 'In-Reply-To', 'List-Unsubscribe', 'List-Unsubscribe-Post']) {
      expect(head).toContain(`${name}: ${mail.headers[name] ?? ''}`);
    }
    const unfolded = head.join('\n').replaceAll('\n ', ' ').split('\n');
    for (const [name, value] of Object.entries(mail.headers)) expect(unfolded).toContain(`${name}: ${value}`);
  });

  test('gains no header from a line end in the subject or in a header', async () => {
    const { head, parsed } = await mime({
      to: 'ana@receiver.example',
      subject: 'a\r\nBcc: x@y.example\r\n\r\nbody\u2028b',
      text: 'text',
      html: '<p>html</p>',
      headers: {
        'X-Tocsin-Alert': 'a\r\nBcc: x@y.example',
        'List-Unsubscribe': '<https://a.example>\nX-Evil: 1',
      },
    });
    expect(parsed.subject).toBe('a Bcc: x@y.example body b');
    expect(parsed.headers.has('bcc')).toBe(false);
    expect(parsed.headers.has('x-evil')).toBe(false);
    expect(head.filter((line) => /^(bcc|x-evil)/i.test(line))).toEqual([]);
    expect(parsed.text).toBe('text');
  });

  test('arrives whole with any title, description and detail', async () => {
    const text = string({ unit: anyCharacter, maxLength: 300 });
    await assert(
      asyncProperty(text, text, text, async (title, description, detail) => {
        const mail = aMail({ alert: anAlert({ title: `a${title}`, description, details: { detail } }) });
        const { parsed, raw } = await mime(mail);
        expect(words(parsed.subject ?? '')).toBe(words(mail.subject));
        expect(words(parsed.text ?? '')).toBe(words(mail.text));
        expect(words(parsed.html === false ? '' : parsed.html)).toBe(words(mail.html));
        expect([...parsed.headers.keys()].sort()).toEqual(HEADERS);
        expect(raw).toMatch(/^[\r\n\x20-\x7e\t]*$/);
      }),
    );
  });

  test('reads no file and fetches no address that a part names', async () => {
    const mail = { ...aMail(), text: 'file:///etc/hostname', html: '<img src="https://evil.example/x.png">' };
    const { parsed } = await mime(mail);
    expect(parsed.text?.trim()).toBe('file:///etc/hostname');
    expect(parsed.html).toBe('<img src="https://evil.example/x.png">');
  });
});

test('a header in the title of an alert becomes no header of the mail, and its words stay', async () => {
  const mail = aMail({ alert: anAlert({ title: 'a\r\nBcc: x@y.example\r\n\r\nbody' }) });
  const parsed = await simpleParser(Buffer.from(await mailMime(mail, FROM)));
  expect(parsed.subject).toBe('[HIGH] a Bcc: x@y[.]example body · pay-worker-7');
  expect(parsed.headers.has('bcc')).toBe(false);
  expect([parsed.to].flat().map((to) => to?.text)).toEqual(['ana@receiver.example']);
});
