import { describe, expect, it } from 'vitest';
import { alertFacts } from '../../../functions/core/deliver/webhook/formats/alert-facts.ts';
import { tellingDetails } from '../../../functions/core/deliver/email/compose/telling-details.ts';
import { ONLY_DESTINATION } from '../../../functions/core/system-alerts/raise.ts';
import { silenceEnded } from '../../../functions/core/system-alerts/silence-ended.ts';
import type { Severity } from '../../../functions/core/model/wire/severity.ts';
import { aSilence } from '../../adapters/records.ts';

const NOW_MS = Date.parse('2026-01-15T16:05:00.000Z');
const finding = (title: string, severity: Severity) => ({ title, sourceName: 'siem', severity });
const told = (firing: ReturnType<typeof finding>[], { destinationId = 'dst_1', nowMs = NOW_MS } = {}) =>
  silenceEnded(aSilence(), { destinationId, alerts: 12, firing }, nowMs, 'tenant-1');

describe('the summary of a silence', () => {
  it('says what was silenced and what still fires, to the one destination that it was kept from', () => {
    const alert = told([finding('Root login', 'high'), finding('Port open', 'low')]);
    expect(alert).toMatchObject({
      type: 'tocsin.silence-ended',
      severity: 'high',
      title: 'A silence ended: 12 alerts silenced, 2 still firing',
      event_time: '2026-01-15T16:00:00.000Z',
      details: { [ONLY_DESTINATION]: 'dst_1', silence_id: 'sil_1', silenced_alerts: 12, still_firing: 2 },
    });
    expect(alert.description).toContain('(load test) ended at 2026-01-15T16:00:00.000Z');
    expect(alert.description).toContain('Still firing: high: Root login (siem); low: Port open (siem).');
  });

  it('shows nobody the id that tells the router where it goes', () => {
    const alert = told([finding('Root login', 'high')]);
    expect(JSON.stringify(alertFacts(alert))).not.toContain(ONLY_DESTINATION);
    expect(JSON.stringify(tellingDetails(alert))).not.toContain(ONLY_DESTINATION);
    expect(JSON.stringify(alertFacts(alert))).toContain('silence_id');
  });

  it('is as grave as the gravest condition that still fires, wherever that stands in the list', () => {
    expect(told([finding('a', 'low'), finding('b', 'critical'), finding('c', 'medium')]).severity).toBe(
      'critical',
    );
  });

  it('is of the lowest severity when nothing fires any more', () => {
    const alert = told([]);
    expect(alert.severity).toBe('info');
    expect(alert.description).toContain('Nothing of it still fires, as far as its senders have said.');
  });

  it('names ten conditions, and counts the others', () => {
    const many = Array.from({ length: 13 }, (_, index) => finding(`Finding ${index}`, 'high'));
    const { description, details } = told(many);
    expect(description).toContain('Finding 9');
    expect(description).not.toContain('Finding 10');
    expect(description).toContain('and 3 more');
    expect(details['still_firing']).toBe(13);
    expect(told(many.slice(0, 10)).description).not.toContain('more');
  });

  it('is one alert for each silence and destination, however often and late it is computed', () => {
    const { id } = told([]);
    expect(told([finding('a', 'high')], { nowMs: NOW_MS + 86_400_000 }).id).toBe(id);
    expect(told([], { destinationId: 'dst_2' }).id).not.toBe(id);
  });
});
