import { describe, expect, test } from 'vitest';
import { closeDigest } from '../../../../functions/core/deliver/flood/close-digest.ts';
import { floodKey, STORM_KEY } from '../../../../functions/core/deliver/flood/flood-key.ts';
import { summarizeDigest } from '../../../../functions/core/deliver/flood/summarize-digest.ts';
import type { DigestPages } from '../../../../functions/core/deliver/ports.ts';
import type { DigestEntry, DigestSummary } from '../../../../functions/core/model/wire/digest.ts';
import { anAlert } from '../../../adapters/records.ts';

function anEntry(given: Partial<DigestEntry> = {}): DigestEntry {
  return {
    alertId: 'a1',
    key: 'k1',
    severity: 'high',
    title: 'one',
    sourceName: 'siem',
    count: 1,
    firstAt: '2026-01-15T15:00:00.000Z',
    lastAt: '2026-01-15T15:00:00.000Z',
    because: 'flood',
    ...given,
  };
}

describe('what a digest says', () => {
  test('is nothing when nobody joined it', () => {
    expect(summarizeDigest([])).toBeUndefined();
  });

  const entries = [
    anEntry(),
    anEntry({
      alertId: 'a2',
      severity: 'critical',
      title: 'two',
      firstAt: '2026-01-15T15:02:00.000Z',
      lastAt: '2026-01-15T15:03:00.000Z',
    }),
    anEntry({ alertId: 'a3', key: 'k2', severity: 'low', title: 'three', count: 5, because: 'hourly-limit' }),
  ];

  test('has a line for each key, the gravest first, with the title of its gravest', () => {
    expect(summarizeDigest(entries)).toMatchObject({
      count: 7,
      severity: 'critical',
      first_at: '2026-01-15T15:00:00.000Z',
      last_at: '2026-01-15T15:03:00.000Z',
      by_severity: { critical: 1, high: 1, low: 5 },
      because: ['flood', 'hourly-limit'],
      lines: [
        { title: 'two', severity: 'critical', count: 2 },
        { title: 'three', severity: 'low', count: 5 },
      ],
      more_lines: 0,
      more_alerts: 0,
    });
  });

  test('does not depend on the order in which they joined', () => {
    expect(summarizeDigest(entries.toReversed())).toEqual(summarizeDigest(entries));
  });

  test('shows twenty lines and counts the others', () => {
    const many = Array.from({ length: 23 }, (_, index) => anEntry({ key: `k${String(index)}`, count: 2 }));
    const summary = summarizeDigest(many);
    expect(summary?.lines).toHaveLength(20);
    expect(summary).toMatchObject({ count: 46, more_lines: 3, more_alerts: 6 });
  });
});

describe('closing a digest', () => {
  function pages(kept?: DigestSummary) {
    const calls: string[] = [];
    const digests: DigestPages = {
      openPage: async () => 0,
      add: async () => 'added',
      seal: async () => void calls.push('seal'),
      entries: async function* entries() {
        calls.push('entries');
        yield [anEntry()];
      },
      summary: async () => kept,
      keepSummary: async () => void calls.push('keep'),
    };
    return { digests, calls };
  }

  test('lets nobody in before it reads who is in it, and keeps what it found', async () => {
    const { digests, calls } = pages();
    expect(await closeDigest('d', digests)).toMatchObject({ count: 1 });
    expect(calls).toEqual(['seal', 'entries', 'keep']);
  });

  test('a second time reads nothing but what was kept', async () => {
    const kept = summarizeDigest([anEntry({ count: 9 })]);
    const { digests, calls } = pages(kept);
    expect(await closeDigest('d', digests)).toEqual(kept);
    expect(calls).toEqual([]);
  });
});

describe('the key of a flood', () => {
  const alert = anAlert();

  test('is the same for what has the same source, dedup key and status, whatever else it says', () => {
    expect(floodKey(anAlert({ id: 'other', title: 'other', severity: 'low' }))).toBe(floodKey(alert));
  });

  test.each([
    ['source', { source: { ...alert.source, id: 'src_2' } }],
    ['dedup key', { dedup_key: 'other' }],
    ['status', { status: 'resolved' as const }],
  ])('is another for another %s', (_name, given) => {
    expect(floodKey(anAlert(given))).not.toBe(floodKey(alert));
  });

  test('is never that of a storm', () => {
    expect(floodKey(alert)).toMatch(/^[0-9a-f]{16}$/u);
    expect(STORM_KEY).not.toMatch(/^[0-9a-f]{16}$/u);
  });
});
