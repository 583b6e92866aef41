import { describe, expect, test } from 'vitest';
import { composeDigest } from '../../../../../functions/core/deliver/email/compose/compose-digest.ts';
import { summarizeDigest } from '../../../../../functions/core/deliver/flood/summarize-digest.ts';
import type { DigestEntry } from '../../../../../functions/core/model/wire/digest.ts';
import { anAlert } from '../../../../adapters/records.ts';

function anEntry(given: Partial<DigestEntry> = {}): DigestEntry {
  return {
    alertId: 'alert-1',
    key: 'a',
    severity: 'high',
    title: 'Login failed',
    sourceName: 'one',
    count: 1,
    firstAt: '2026-01-15T15:00:01.000Z',
    lastAt: '2026-01-15T15:00:01.000Z',
    because: 'flood',
    ...given,
  };
}

function aMail(
  entries: DigestEntry[],
  kind: 'window' | 'storm' = 'window',
  role: 'it_admin' | 'executive' = 'it_admin',
  closesAt = '2026-01-15T15:05:00.000Z',
) {
  const summary = summarizeDigest(entries);
  if (summary === undefined) throw new Error('empty');
  return composeDigest(
    {
      alert: anAlert({ severity: summary.severity, title: summary.lines[0]?.title ?? '' }),
      role,
      to: 'ops@example.com',
      destinationName: 'ops',
      deliveryId: 'delivery-1',
      messageIdDomain: 'example.com',
      unsubscribeUrl: 'https://gateway.example/v1/unsubscribe/token',
    },
    {
      id: 'digest-1',
      kind,
      opened_at: '2026-01-15T15:00:00.000Z',
      closes_at: closesAt,
    },
    summary,
  );
}

test('nobody joined: there is nothing to say', () => {
  expect(summarizeDigest([])).toBeUndefined();
});

test('the order of the entries does not matter', () => {
  const entries = [anEntry(), anEntry({ severity: 'critical', title: 'b', key: 'b' }), anEntry({ count: 3 })];
  expect(summarizeDigest(entries.toReversed())).toEqual(summarizeDigest(entries));
});

describe('the mail of a window', () => {
  const later = '2026-01-15T15:04:59.000Z';
  const mail = aMail([anEntry(), anEntry({ severity: 'critical', firstAt: later, lastAt: later })]);

  test('says how many, the gravest severity, the first and the last time', () => {
    expect(mail.subject).toBe('[CRITICAL] Login failed (2 more)');
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('CRITICAL × 2');
      expect(part).toContain(
        '2 more of this kind since the first mail at 2026-01-15 15:00:00 UTC; what that mail told of is not counted',
      );
      expect(part).toContain('2026-01-15 15:00:01 to 15:04:59 UTC');
      expect(part).toContain('1 critical, 1 high');
      expect(part).toMatch(/Digest alert-1/);
      expect(part).toContain('tocsin deliveries list --digest digest-1');
      expect(part).toContain('https://gateway.example/v1/unsubscribe/token');
    }
  });
});

test('the mail of a later window counts from the digest before it', () => {
  const entries = Array.from({ length: 1_234 }, (_, index) => anEntry({ alertId: `alert-${String(index)}` }));
  const { subject, text } = aMail(entries, 'window', 'it_admin', '2026-01-15T15:10:00.000Z');
  expect(subject).toBe('[HIGH] Login failed (1,234 more)');
  expect(text).toContain('1,234 more of this kind since the digest before at 2026-01-15 15:00:00 UTC');
});

test('a storm says that the limit was reached, and counts what it does not show', () => {
  const entries = Array.from({ length: 25 }, (_, index) =>
    anEntry({
      key: `k${String(index)}`,
      title: `alert ${String(index)}`,
      count: 100,
      because: 'hourly-limit',
    }),
  );
  const { text } = aMail(entries, 'storm');
  expect(text).toContain('The hourly limit of mails to you was reached');
  expect(text).toContain('2,500 alerts');
  expect(text).toContain('and 5 more kinds, 500 alerts in all');
});

test('text from alerts is text, and executives get no commands', () => {
  const { html, text } = aMail(
    [anEntry({ title: '<script>alert(1)</script> https://evil.example/a', sourceName: '<b>x' })],
    'window',
    'executive',
  );
  expect(html).not.toContain('<script');
  expect(html).not.toContain('<b>x');
  expect(html).not.toContain('https://evil.example');
  expect(text).not.toContain('tocsin deliveries');
});
