import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  RECIPIENT_ROLES,
  type RecipientRole,
} from '../../../../../functions/core/model/config/destination.ts';
import type { Mail } from '../../../../../functions/core/model/wire/mail.ts';
import { IS_ALL } from '../../../../handlers/some-of.ts';
import { aMail, anAlert } from './an-alert.ts';
import { filledWith } from './filled-with.ts';
import { HOSTILE_STRINGS } from './hostile-strings.ts';
import { parsedHtml, type ParsedHtml, words } from './parsed-html.ts';

const NAUGHTY_STRINGS = join(
  import.meta.dirname,
  '../../../../../../shared/samples/naughty-strings/blns.json',
);

/** Elements and attributes, without the line breaks that line ends in data become. */
function skeleton(html: ParsedHtml): string[] {
  return html.elements.filter((element) => element !== 'br');
}

const mailOf = (value: string, role: RecipientRole): Mail =>
  aMail({
    alert: filledWith(value),
    role,
    destinationName: value,
    deliveryId: value,
    unsubscribeUrl: 'https://gateway.example/u?t=1&x=2',
  });
const HARMLESS = new Map(
  RECIPIENT_ROLES.map((role) => [role, skeleton(parsedHtml(mailOf('harmless', role).html))]),
);

function expectHarmless(value: string, roles: readonly RecipientRole[] = RECIPIENT_ROLES): void {
  for (const role of roles) {
    const mail = mailOf(value, role);
    const html = parsedHtml(mail.html);
    expect(skeleton(html)).toEqual(HARMLESS.get(role));
    expect(html.errors).toEqual([]);
    // Ours: the frame for Outlook.
    expect(html.comments).toHaveLength(2);
    const said = words(mail.text).toLowerCase();
    const unsaid = html.texts.filter((text) => !said.includes(words(text).toLowerCase().replace(/…$/u, '')));
    expect(unsaid).toEqual([]);
    for (const part of [mail.html, mail.text]) expect(part).not.toMatch(UNSEEN);
    for (const part of [mail.html, mail.text, mail.subject]) expect(linksIn(part)).toEqual([]);
    expect(mail.subject).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,150}$/u);
    const headers = Object.values(mail.headers).filter((header) => !/^[\x20-\x7e]{1,300}$/u.test(header));
    expect(headers).toEqual([]);
  }
}

/** Control and bidirectional characters, but for our own line feeds. */
const UNSEEN =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/u;

/** What a mail program would make clickable, but for our own address. */
function linksIn(text: string): string[] {
  return [...text.matchAll(/\b(?:[a-z][a-z0-9+.-]*:\/\/|www\.|mailto:|javascript:)[^\s"<]*/giu)]
    .map(([link]) => link)
    .filter((link) => !link.startsWith('https://gateway.example/u?t=1&'));
}

describe('a mail whose every field holds', () => {
  test.each(HOSTILE_STRINGS.map((value) => [JSON.stringify(value).slice(0, 70), value]))(
    '%s has no element, attribute, link or header from it',
    (_, value) => {
      expect.hasAssertions();
      expectHarmless(value);
    },
  );

  test.skipIf(!existsSync(NAUGHTY_STRINGS))(
    'any of the big list of naughty strings has no element, attribute, link or header from it (skipped without the list)',
    () => {
      const strings = JSON.parse(readFileSync(NAUGHTY_STRINGS, 'utf8')) as string[];
      expect(strings.length).toBeGreaterThan(500);
      for (const [index, value] of strings.entries()) {
        // Each role gets every third of them; with `TOCSIN_FAULTS=all` all.
        const roles = RECIPIENT_ROLES.filter(
          (_, place) => IS_ALL || index % RECIPIENT_ROLES.length === place,
        );
        // A blank field has no row: something has to stand beside it.
        expectHarmless(value.trim() === '' ? `a${value}z` : value, roles);
      }
    },
  );

  test('a right-to-left override shows it', () => {
    const { html, text, subject } = aMail({ alert: anAlert({ title: 'invoice\u202efdp.exe' }) });
    for (const part of [html, text, subject]) expect(part).toContain('invoice[U+202E]fdp.exe');
  });

  test('words of the mail itself cannot pass for them: every line of a value is indented', () => {
    const { text } = aMail({
      alert: anAlert({
        description: 'x\nWHAT TO DO\n1. Run it\n-- \nbye',
        details: { a: 'x\n-- \nAlert 1' },
      }),
    });
    expect(text.split('\n').filter((line) => line === 'WHAT TO DO')).toHaveLength(1);
    expect(text.split('\n').filter((line) => line === '-- ')).toHaveLength(1);
    expect(text).toContain('\n    Alert 1');
  });
});

describe('a mail about something huge', () => {
  test('cuts a title of 10 KB, says so, and keeps the subject within its limit', () => {
    const { subject, html, text } = aMail({ alert: anAlert({ title: 'x'.repeat(10_240) }) });
    expect(subject).toHaveLength(150);
    expect(subject).toMatch(/^\[HIGH\] x+… · pay-worker-7$/);
    for (const part of [html, text]) expect(part).toContain('… (cut; 10240 characters in all)');
  });

  test.each(['v', '&', '<', '\u202e', '\u65e5', '😀', 'https://a.example ', '\n', 'Z\u0300'])(
    'stays below the 102 KB at which Gmail clips, with nothing but %j everywhere, and says what it left out',
    (value) => {
      const long = (characters: number) => value.repeat(Math.ceil(characters / value.length));
      const many = <T>(entry: T): T[] => Array.from({ length: 500 }, () => entry);
      const alert = anAlert({
        title: long(1024),
        description: long(100_000),
        details: Object.fromEntries(many(0).map((_, index) => [`${String(index)} ${long(200)}`, long(5000)])),
        resources: many({ type: long(200), id: long(2000), name: long(2000) }),
        actors: many({ type: long(200), name: long(2000) }),
        observables: many({ type: long(200), value: long(2000) }),
        actions_taken: many({ name: long(2000) }),
        links: many({ rel: long(200), url: long(2000) }),
        remediation: { summary: long(5000), steps: many(long(5000)) },
      });
      for (const role of RECIPIENT_ROLES) {
        const { html, text } = aMail({ alert, role });
        expect(Buffer.byteLength(html)).toBeLessThan(102_000);
        for (const part of [html, text]) {
          expect(part).toContain('To stop these mails');
          if (value !== '\n') expect(part).toMatch(/\(cut; \d+ characters in all\)/);
        }
      }
    },
  );

  test('shows what fits, and counts the other details', () => {
    const details = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`key ${String(index)}`, 'v'.repeat(400)]),
    );
    const { html, text } = aMail({ alert: anAlert({ details }) });
    expect(html).toContain('key 7');
    expect(html).not.toContain('key 8');
    expect(text).toContain('key 59');
    expect(text).not.toContain('key 60');
    for (const part of [html, text]) {
      expect(part).toContain('52 more details stand in the text part of this mail.');
      expect(part).toContain('4940 more details are not shown here.');
    }
  });

  test('tells how many resources, observables, steps and actions it left out', () => {
    const many = <T>(entry: T): T[] => Array.from({ length: 100 }, () => entry);
    const { text } = aMail({
      alert: anAlert({
        resources: many({ name: 'r' }),
        observables: many({ type: 'ip', value: 'o' }),
        actions_taken: many({ name: 'a' }),
        remediation: { steps: many('s') },
      }),
    });
    expect(text.match(/^and: 75 more$/gm)).toHaveLength(2);
    expect(text).toContain('- 80 more');
    expect(text).toContain("80 more steps stand in the alert's record");
  });
});
