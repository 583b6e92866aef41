import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

const source = {
  mapping: {
    fields: {
      title: 'rule.title | rule.name | "nothing"',
      severity: '/rule/prio',
      status: 'state',
      event_time: 'when',
      actor: 'who[0].mail',
      ip: 'src.ips',
      confidence: 'score',
      type: '"siem"',
      link: 'see',
    },
    severityScale: 'priority',
    resolvedWhen: ['closed'],
  },
} as const;

describe('mapping', () => {
  it('fills the fields of an alert from the paths of the source, and keeps the record without its secrets', () => {
    const alert = alertOf('mapping', fixture('mapping/any.json'), {
      source: { mapping: { ...source.mapping, resolvedWhen: ['closed'] } },
    });
    expect(alert).toMatchObject({
      type: 'siem',
      status: 'resolved',
      severity: 'high',
      severity_original: 'P2',
      title: 'Impossible travel',
      event_time: '2026-03-02T08:15:30.000Z',
      confidence: 88,
      actors: [{ name: 'alice@example.com' }],
      observables: [
        { type: 'ip', value: '198.51.100.23' },
        { type: 'ip', value: '203.0.113.9' },
      ],
      links: [{ rel: 'console', url: 'https://console.example.com/7' }],
      details: { state: 'CLOSED', api_key: '[removed]' },
    });
  });

  it('passes over an object where a text is wanted', () => {
    const mapping = { ...source.mapping, fields: { title: 'rule | "fallback"' }, resolvedWhen: [] };
    expect(alertOf('mapping', fixture('mapping/any.json'), { source: { mapping } }).title).toBe('fallback');
  });

  it('says where it looked for a title in vain', () => {
    const mapping = { ...source.mapping, fields: { title: 'alert.name' }, resolvedWhen: [] };
    expect(() => alertOf('mapping', { alert: {} }, { source: { mapping } })).toThrow(
      'the record has no title at alert.name, where the mapping of this source looks for it, nor a summary',
    );
  });

  it('reads a source that has no mapping yet as far as it can', () => {
    expect(alertOf('mapping', { message: 'first\nsecond' })).toMatchObject({
      title: 'first',
      description: 'first\nsecond',
    });
  });
});
