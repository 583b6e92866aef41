import { describe, expect, test } from 'vitest';
import { parseDestination } from '../../../functions/core/config/parse-destination.ts';
import { parseMailPassword } from '../../../functions/core/config/parse-transport.ts';

const rules = { parseUrl: () => ({ ok: false as const, problem: 'is no url' }) };
const smtp = { type: 'smtp', host: 'smtp.example.com', user: 'alerts', from: 'alerts@example.com' };

function parse(transport: unknown) {
  return parseDestination(
    { channel: 'email', name: 'oncall', recipients: [{ address: 'ana@example.com' }], transport },
    rules,
  );
}

function transportOf(transport: unknown) {
  const parsed = parse(transport);
  return parsed.ok && parsed.value.channel === 'email' ? parsed.value.transport : parsed;
}

function problemsOf(transport: unknown): string[] {
  const parsed = parse(transport);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('the transport of an e-mail destination', () => {
  test.each([[undefined], [{ type: 'ses' }]])('%j is SES, which is not stored', (transport) => {
    const parsed = parse(transport);
    expect(parsed.ok && 'transport' in parsed.value).toBe(false);
  });

  test.each([
    [{}, 587, 'starttls'],
    [{ port: 587 }, 587, 'starttls'],
    [{ port: '465' }, 465, 'tls'],
    [{ port: 2465, security: 'tls' }, 2465, 'tls'],
    [{ port: 2587, security: 'starttls' }, 2587, 'starttls'],
  ])('%j is port %i with %s', (given, port, security) => {
    expect(transportOf({ ...smtp, ...given })).toEqual({ ...smtp, port, security });
  });

  test('a host is stored in one form', () => {
    expect(transportOf({ ...smtp, host: 'SMTP.Example.COM.' })).toMatchObject({ host: 'smtp.example.com' });
  });

  test('what was stored is read again, as an export is', () => {
    const stored = transportOf({ ...smtp, port: 465 });
    expect(transportOf(stored)).toEqual(stored);
  });

  test.each([
    [{ host: '' }, 'transport.host: missing'],
    [{ host: 'smtp://mail.example.com' }, 'transport.host: "smtp://mail.example.com" is more than a name'],
    [{ host: 'mail.example.com:587' }, 'is more than a name'],
    [{ host: 'müller.example' }, 'is no host name'],
    [{ host: 'a\r\nb' }, 'is no host name'],
    [{ host: '[::1]' }, 'is more than a name'],
    [{ port: 25 }, 'transport.port: 25 is for mail servers among themselves'],
    [{ port: 0 }, 'is no port'],
    [{ port: 70_000 }, 'is no port'],
    [{ port: '5e2' }, 'is no port'],
    [{ port: 2525 }, 'transport.security: missing; port 2525 does not tell'],
    [{ port: 465, security: 'starttls' }, 'does not go with port 465, which is tls'],
    [
      { port: 587, security: 'none' },
      'transport.security: "none" is not known; expected one of starttls, tls',
    ],
    [{ user: '' }, 'transport.user: missing'],
    [{ user: 'a\u0000b' }, 'transport.user: contains a line break or control character'],
    [{ from: '' }, 'transport.from: missing'],
    [{ from: 'Tocsin <a@example.com>' }, 'has a display name'],
    [{ from: 'a@example.com\r\nBcc: x@y.example' }, 'contains a line break'],
    [{ from: 'jürgen@example.com' }, 'is no e-mail address'],
    [{ password: 'x' }, 'transport.password: unknown field'],
  ])('%j is told: %s', (given, expected) => {
    expect(problemsOf({ ...smtp, ...given }).join('\n')).toContain(expected);
  });

  test('every problem is told at once', () => {
    expect(problemsOf({ type: 'smtp', port: 25 })).toHaveLength(4);
    expect(problemsOf({ type: 'pigeon' })).toEqual([
      'transport.type: "pigeon" is not known; expected one of ses, smtp',
    ]);
  });
});

describe('the password of a mail server', () => {
  test.each([
    ['abcd efgh ijkl mnop', 'smtp.gmail.com', 'abcdefghijklmnop'],
    ['abcd\u00a0efgh\u00a0ijkl\u00a0mnop\n', 'smtp.gmail.com', 'abcdefghijklmnop'],
    ['abcdefghijklmnop', 'smtp.gmail.com', 'abcdefghijklmnop'],
    ['abcd efgh ijkl mnop', 'smtp.example.com', 'abcd efgh ijkl mnop'],
    ['pass word 1', 'smtp.gmail.com', 'pass word 1'],
    [' leading', 'smtp.example.com', ' leading'],
    ['pässwörd\r\n', 'smtp.example.com', 'pässwörd'],
  ])('%j for %s is %j', (input, host, value) => {
    expect(parseMailPassword(input, host)).toEqual({ ok: true, value });
  });

  test.each(['', '\n', '  ', 'canary\nline', 'canary\u0000', 'canary'.repeat(300)])(
    '%j is refused without a word of it',
    (input) => {
      const parsed = parseMailPassword(input, 'smtp.example.com');
      expect(parsed.ok).toBe(false);
      expect(JSON.stringify(parsed)).not.toContain('canary');
    },
  );
});
