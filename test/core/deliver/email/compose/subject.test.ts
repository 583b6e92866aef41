import { describe, expect, test } from 'vitest';
import { mailSubject } from '../../../../../functions/core/deliver/email/compose/subject.ts';
import { systemAlert } from '../../../../../functions/core/system-alerts/raise.ts';
import { anAlert } from './an-alert.ts';

describe('the subject', () => {
  test.each([
    ['severity and title', {}, {}, '[HIGH] Threat Intel Match: 203.0.113.50 · pay-worker-7'],
    ['how many', {}, { count: 3 }, '[HIGH] Threat Intel Match: 203.0.113.50 · pay-worker-7 (×3)'],
    ['not that it is one', {}, { count: 1 }, '[HIGH] Threat Intel Match: 203.0.113.50 · pay-worker-7'],
    [
      'that it is over',
      { status: 'resolved' },
      {},
      '[RESOLVED, was HIGH] Threat Intel Match: 203.0.113.50 · pay-worker-7',
    ],
    [
      'that it is a test',
      {},
      { isTest: true },
      '[TEST] [HIGH] Threat Intel Match: 203.0.113.50 · pay-worker-7',
    ],
    [
      'no link',
      { title: 'See https://evil.example' },
      {},
      '[HIGH] See hxxps[:]//evil[.]example · pay-worker-7',
    ],
    ['one line', { title: 'a\r\nBcc: x@y\r\n\r\nb' }, {}, '[HIGH] a Bcc: x@y b · pay-worker-7'],
  ] as const)('says %s', (_, fields, options, subject) => {
    expect(mailSubject(anAlert(fields), options)).toBe(subject);
  });

  test('says that Tocsin speaks about itself', () => {
    const alert = systemAlert({
      type: 'tocsin.unrouted',
      subject: 'src_1',
      severity: 'critical',
      title: 'Nobody is told',
      description: 'x',
      steps: [],
      details: {},
      nowMs: 0,
      tenantId: 't',
    });
    expect(mailSubject(alert)).toBe('[CRITICAL] Tocsin: Nobody is told');
  });

  test.each([
    ['letters', 'x'.repeat(10_240)],
    ['pairs', '😀'.repeat(5000)],
    ['marks', '\u202e'.repeat(5000)],
    ['links', 'https://a.example '.repeat(500)],
  ])('has at most 150 characters and keeps place and count, with a title of many %s', (_, title) => {
    const subject = mailSubject(anAlert({ title }), { count: 12 });
    expect(subject.length).toBeLessThanOrEqual(150);
    expect(subject.length).toBeGreaterThan(145);
    expect(subject).toMatch(/^\[HIGH\] .*… · pay-worker-7 \(×12\)$/u);
    expect(subject.isWellFormed()).toBe(true);
  });
});
