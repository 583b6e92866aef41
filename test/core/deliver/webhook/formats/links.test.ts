import { describe, expect, it } from 'vitest';
import { dedupKey } from '../../../../../functions/core/deliver/webhook/formats/dedup-key.ts';
import { consoleUrl, safeLinks } from '../../../../../functions/core/deliver/webhook/formats/links.ts';
import { anAlert } from '../../../../adapters/records.ts';

const source = (id: string) => ({ id, name: 'one', format: 'generic' as const });

describe('the links of an alert', () => {
  it('are each there once, in the order of the alert, remediation last', () => {
    const alert = anAlert({
      links: [
        { rel: 'console', url: 'https://a.example/1' },
        { rel: 'again', url: 'https://a.example/1' },
      ],
      rule: { id: 'r', url: 'https://a.example/rule' },
      remediation: { steps: [], url: 'https://a.example/fix' },
    });
    expect(safeLinks(alert).map(({ rel, host }) => [rel, host])).toEqual([
      ['console', 'a.example'],
      ['rule', 'a.example'],
      ['remediation', 'a.example'],
    ]);
  });

  it.each([
    'javascript:alert(1)',
    'https://bank.example@evil.example/',
    '/relative',
    'ftp://a.example/',
    `https://a.example/${'a'.repeat(2_000)}`,
    '',
  ])('are none of what is not safe to show: %.40s', (url) => {
    const alert = anAlert({ links: [{ rel: 'console', url }] });
    expect(safeLinks(alert)).toEqual([]);
    expect(consoleUrl(alert)).toBe('');
  });

  it('lead to where the sender shows the alert, else to the first', () => {
    const [first, console] = [
      { rel: 'docs', url: 'https://a.example/docs' },
      { rel: 'console', url: 'https://a.example/console' },
    ];
    expect(consoleUrl(anAlert({ links: [first, console] }))).toBe(console.url);
    expect(consoleUrl(anAlert({ links: [first] }))).toBe(first.url);
    expect(consoleUrl(anAlert())).toBe('');
  });
});

describe('what a receiver ties an end to its alert with', () => {
  it('is the key of the alert, behind a hash of its source', () => {
    const of = (id: string) => dedupKey(anAlert({ source: source(id), dedup_key: 'disk' }));
    expect(of('src_1')).toMatch(/^[0-9a-f]{12}:disk$/u);
    expect(of('src_2')).not.toBe(of('src_1'));
  });

  it('is the id of the alert where it has no key', () => {
    expect(dedupKey(anAlert({ id: 'alert-7', dedup_key: ' ' }))).toMatch(/:alert-7$/u);
  });

  it('is no longer than PagerDuty takes, and differs as the keys do', () => {
    const [one, other] = ['a', 'b'].map((last) =>
      dedupKey(anAlert({ dedup_key: `${'k'.repeat(300)}${last}` })),
    );
    expect(one?.length).toBeLessThanOrEqual(255);
    expect(one).not.toBe(other);
    expect(dedupKey(anAlert({ dedup_key: 'k'.repeat(242) }))).toHaveLength(255);
  });
});
