import { describe, expect, test } from 'vitest';
import { tellingDetails } from '../../../../../functions/core/deliver/email/compose/telling-details.ts';
import type { Alert } from '../../../../../functions/core/model/wire/alert.ts';
import { anAlert } from '../../../../adapters/records.ts';

const told = (alert: Partial<Alert>) =>
  tellingDetails(anAlert(alert)).telling.map((row) => JSON.parse(JSON.stringify(row)) as unknown);
const words = (alert: Partial<Alert>) => JSON.stringify(told(alert));
const numbered = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`field_${String(index)}`, `v${String(index)}`]),
  );

describe('the details that a mail tells first', () => {
  test('of a known type are those that a responder asks for, under names of ours and wherever they stand', () => {
    const details = {
      service: { action: { awsApiCallAction: { api: 'ListBuckets', blocked: false } } },
      accountId: 'not asked for',
    };
    const shown = words({ type: 'aws.guardduty.recon', details });
    expect(shown).toContain('API call');
    expect(shown).toContain('ListBuckets');
    expect(shown).not.toContain('not asked for');
  });

  test('of an unknown type are its first ones, at most eight, plain values before nested ones', () => {
    const details = { nested: { deep: 'later' }, ...numbered(20) };
    expect(told({ details })).toHaveLength(8);
    expect(words({ details })).not.toContain('later');
    expect(words({ details: { nested: { deep: 'later' }, flat: 'first' } })).toMatch(/first.*later/u);
  });

  test('leave out the frame around an alert and what stood in the place of a credential', () => {
    expect(told({ details: { SchemaVersion: '2018-10-08', receiver: 'r', password: '[removed]' } })).toEqual(
      [],
    );
  });

  test('leave out what the mail says as a resource, an actor or an observable', () => {
    const shown = words({
      details: { host: 'web-1', user: 'ana', ip: '203.0.113.5', port: '22' },
      resources: [{ type: 'host', name: 'web-1' }],
      actors: [{ type: 'user', name: 'ana' }],
      observables: [{ type: 'ip', value: '203.0.113.5' }],
    });
    expect(shown).toContain('22');
    for (const value of ['web-1', 'ana', '203.0.113.5']) expect(shown).not.toContain(value);
  });
});

describe('every detail', () => {
  test('is told as it came, and what found no room is counted', () => {
    const { all, omitted } = tellingDetails(anAlert({ details: numbered(5) }));
    expect([all.length, omitted]).toEqual([5, 0]);
    const many = tellingDetails(anAlert({ details: numbered(5_000) }));
    expect(many.all.length + many.omitted).toBe(5_000);
    expect(many.omitted).toBeGreaterThan(0);
  });

  test('that the alert has as a field stands there already, unless it holds more than a value', () => {
    const lifted = { confidence: 90, rule: { id: 'r', more: 'kept' }, confidence_note: 'kept as well' };
    const { all } = tellingDetails(anAlert({ details: lifted, confidence: 90, rule: { id: 'r' } }));
    const shown = JSON.stringify(all);
    expect(shown).toContain('kept as well');
    expect(shown).toContain('"kept"');
    expect(shown).not.toContain('90');
  });

  test('that only looks like a field is told where the alert has none', () => {
    const { all } = tellingDetails(anAlert({ details: { confidence: 90 } }));
    expect(JSON.stringify(all)).toContain('90');
  });
});

test('what the title, the description or the time says already is no detail that a mail begins with', () => {
  const shown = words({
    title: 'Disk full',
    description: 'Of db-1, since this morning.',
    event_time: '2026-01-15T14:23:01.000Z',
    details: {
      name: 'Disk full',
      msg: 'Of db-1, since this morning.',
      createdDateTime: '2026-01-15T14:23:01Z',
      lastSeen: '2026-01-15T15:00:00Z',
      free: '0 B',
    },
  });
  for (const name of ['name', 'msg', 'createdDateTime']) expect(shown).not.toContain(name);
  for (const name of ['lastSeen', 'free']) expect(shown).toContain(name);
});
