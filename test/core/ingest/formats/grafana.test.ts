import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

describe('grafana', () => {
  it('reads what Grafana adds to a group', () => {
    expect(alertOf('grafana', fixture('grafana/firing.json'))).toMatchObject({
      type: 'grafana.High error rate',
      status: 'firing',
      severity: 'high',
      title: '5 % of checkouts fail',
      event_time: '2026-03-02T08:00:00.000Z',
      dedup_key: 'grafana:c6eadffa33fcdf37',
      links: [
        { rel: 'source', url: 'https://grafana.example.com/alerting/grafana/abc/view' },
        { rel: 'dashboard', url: 'https://grafana.example.com/d/abc' },
        { rel: 'panel', url: 'https://grafana.example.com/d/abc?viewPanel=2' },
        { rel: 'silence', url: 'https://grafana.example.com/alerting/silence/new?alertmanager=grafana' },
        { rel: 'console', url: 'https://grafana.example.com/' },
      ],
      remediation: { url: 'https://runbooks.example.com/checkout' },
      details: { values: { A: 5.2, C: 1 }, orgId: 1 },
    });
  });
});
