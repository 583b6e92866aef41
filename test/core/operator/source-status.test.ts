import { describe, expect, it, test } from 'vitest';
import { HOUR_MS, NO_COUNTS, type SourceHealth } from '../../../functions/core/model/wire/source-health.ts';
import { sourceStatus } from '../../../functions/core/operator/source-status.ts';
import { aSource } from '../../adapters/records.ts';

const NOW_MS = Date.parse('2026-03-01T12:34:00.000Z');
const hour = (back: number) => Math.floor(NOW_MS / HOUR_MS) - back;
const at = (minutesAgo: number) => new Date(NOW_MS - minutesAgo * 60_000).toISOString();
const accepted = (back: number, count: number, unclassified = 0) => ({
  ...NO_COUNTS,
  hour: hour(back),
  accepted: count,
  unclassified,
});

describe('counts', () => {
  it('of the last hour begin with the hour before the running one, those of the day 24 hours before it', () => {
    const health: SourceHealth = {
      hours: [accepted(0, 1), accepted(1, 2), accepted(2, 4), accepted(24, 8), accepted(25, 16)],
    };
    const status = sourceStatus(aSource(), health, NOW_MS);
    expect(status.lastHour).toMatchObject({ since: '2026-03-01T11:00:00.000Z', accepted: 3 });
    expect(status.lastDay).toMatchObject({ since: '2026-02-28T12:00:00.000Z', accepted: 15 });
  });

  it('say which share is unclassified, and nothing when nothing came', () => {
    const health: SourceHealth = { hours: [accepted(0, 3, 1)] };
    expect(sourceStatus(aSource(), health, NOW_MS).unclassifiedPercent).toBe(33.3);
    expect(sourceStatus(aSource(), undefined, NOW_MS)).not.toHaveProperty('unclassifiedPercent');
  });
});

test('a source of which nothing is known was never seen', () => {
  expect(sourceStatus(aSource(), undefined, NOW_MS)).toMatchObject({
    state: 'ready',
    condition: 'never-seen',
  });
});

describe('a warning', () => {
  const health: SourceHealth = { lastAcceptedAt: at(5), hours: [accepted(0, 2)] };
  const warnings = (source: Parameters<typeof aSource>[0], more: Partial<SourceHealth> = {}) =>
    sourceStatus(aSource(source), { ...health, ...more }, NOW_MS).warnings.join('\n');

  it('is not there while all is well', () => {
    expect(warnings({})).toBe('');
  });

  it.each([
    ['a source without authentication', { auth: { type: 'none' } }, {}, 'anyone who knows the URL'],
    ['a no-data alarm that is off', { noDataAlarm: 'off' }, {}, 'the no-data alarm is off'],
    [
      'a refusal that is the latest',
      {},
      { lastRefusal: { at: at(1), code: 'unauthorized' } },
      'refused: unauthorized',
    ],
    [
      'a refusal with advice of its own',
      {},
      { lastRefusal: { at: at(1), code: 'unauthorized', cause: 'raw-sns-message' } },
      'raw message delivery',
    ],
    [
      'an alarm that fires',
      {},
      { alarm: { since: at(90), raisedAt: at(30), alertId: 'alert-1' }, lastAcceptedAt: at(90) },
      'nothing has been accepted',
    ],
    ['unclassified alerts', {}, { hours: [accepted(0, 2, 1)] }, '50 % of the alerts'],
    ['severities that nobody knows', {}, { unknownSeverities: { at: at(1), words: ['odd'] } }, '"odd"'],
  ] as const)('tells of %s', (_, source, more, expected) => {
    expect(warnings(source, more as Partial<SourceHealth>)).toContain(expected);
  });

  it('tells of no refusal that an accepted request came after', () => {
    expect(warnings({}, { lastRefusal: { at: at(6), code: 'unauthorized' } })).toBe('');
  });

  it('tells of no severity that the map of the source knows by now', () => {
    const unknownSeverities = { at: at(1), words: ['odd'] };
    expect(warnings({ severityMap: { odd: 'low' } }, { unknownSeverities })).toBe('');
  });
});
