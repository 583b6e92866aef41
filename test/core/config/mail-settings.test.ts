import { describe, expect, test } from 'vitest';
import { parseDestination } from '../../../functions/core/config/parse-destination.ts';
import { parseSource } from '../../../functions/core/config/parse-source.ts';

const RULES = { formats: [], parseUrl: () => ({ ok: false, problem: 'unused' }) as const };
const mail = (timeZone?: string) =>
  parseDestination(
    { channel: 'email', name: 'a', recipients: [{ address: 'a@b.example' }], timeZone },
    RULES,
  );
const source = (linkHosts?: string[]) =>
  parseSource({ name: 'a', format: 'generic', linkHosts }, [{ name: 'generic' }]);

describe('the time zone of a destination', () => {
  test.each(['Europe/Berlin', 'UTC', 'Asia/Kolkata'])('may be %s', (timeZone) => {
    expect(mail(timeZone)).toMatchObject({ ok: true, value: { timeZone } });
  });

  test.each(['Berlin', 'Europe/Nowhere', ''])('is not %j', (timeZone) => {
    expect(mail(timeZone)).toMatchObject({ ok: false, problems: [{ path: 'timeZone' }] });
  });

  test('is left out unless it is given', () => {
    expect(mail()).not.toHaveProperty('value.timeZone');
  });
});

describe('the hosts that mails may link to', () => {
  test('are names, in lower case, each once', () => {
    expect(source(['Grafana.Example.com', 'grafana.example.com', '*.corp.example'])).toMatchObject({
      ok: true,
      value: { linkHosts: ['grafana.example.com', '*.corp.example'] },
    });
  });

  test('are none again with the word for it', () => {
    expect(source(['none'])).not.toHaveProperty('value.linkHosts');
  });

  test.each([
    'https://a.example',
    'a.example/x',
    '*.com',
    '*',
    'a.example:8443',
    'user@a.example',
    'a b',
    '',
  ])('are not %j', (host) => {
    expect(source([host])).toMatchObject({ ok: false, problems: [{ path: 'linkHosts' }] });
  });
});
