import { assert, property, shuffledSubarray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeDigest } from '../../../../functions/core/deliver/flood/close-digest.ts';
import { floodKey, STORM_KEY } from '../../../../functions/core/deliver/flood/flood-key.ts';
import { summarizeDigest } from '../../../../functions/core/deliver/flood/summarize-digest.ts';
import type { DigestEntry, DigestSummary } from '../../../../functions/core/model/wire/digest.ts';
import { anAlert } from '../../../adapters/records.ts';

const AT = '2026-01-15T15:00:00.000Z';
const entry = (given: Partial<DigestEntry> = {}): DigestEntry => ({
  alertId: 'alert-1',
  key: 'one',
  because: 'flood',
  title: 'Disk full',
  sourceName: 'ci',
  severity: 'medium',
  count: 1,
  firstAt: AT,
  lastAt: AT,
  ...given,
});

describe('what a digest says', () => {
  it('is nothing where nobody joined', () => {
    expect(summarizeDigest([])).toBeUndefined();
  });

  it('has one line for a key, with the title of its gravest', () => {
    const summary = summarizeDigest([
      entry({ count: 3 }),
      entry({ alertId: 'alert-2', severity: 'critical', title: 'Disk broken' }),
    ]);
    expect(summary?.lines).toEqual([
      {
        title: 'Disk broken',
        source_name: 'ci',
        severity: 'critical',
        count: 4,
        first_at: AT,
        last_at: AT,
      },
    ]);
    expect(summary?.by_severity).toEqual({ critical: 1, medium: 3 });
    expect([summary?.count, summary?.severity]).toEqual([4, 'critical']);
  });

  it('counts what an entry sums up by its own severities', () => {
    const summary = summarizeDigest([entry({ count: 5, bySeverity: { medium: 3, low: 2 } })]);
    expect(summary?.by_severity).toEqual({ medium: 3, low: 2 });
  });

  it('shows twenty lines, the gravest first, and counts the others', () => {
    const entries = Array.from({ length: 23 }, (_, index) =>
      entry({
        key: String(index),
        alertId: String(index),
        count: 2,
        severity: index === 22 ? 'high' : 'low',
      }),
    );
    const summary = summarizeDigest(entries);
    expect(summary?.lines).toHaveLength(20);
    expect(summary?.lines[0]?.severity).toBe('high');
    expect([summary?.more_lines, summary?.more_alerts]).toEqual([3, 6]);
  });

  it('is the same in whatever order the entries come', () => {
    const entries = Array.from({ length: 6 }, (_, index) =>
      entry({
        key: String(index % 3),
        alertId: String(index),
        title: `title ${String(index)}`,
        severity: index % 2 === 0 ? 'high' : 'low',
        firstAt: `2026-01-15T15:00:0${String(index % 4)}.000Z`,
        because: index === 5 ? 'hourly-limit' : 'flood',
      }),
    );
    const expected = summarizeDigest(entries);
    assert(
      property(shuffledSubarray(entries, { minLength: 6 }), (shuffled) => {
        expect(summarizeDigest(shuffled)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
    expect(expected?.because).toEqual(['flood', 'hourly-limit']);
  });
});

describe('a digest that is closed', () => {
  /** Pages in memory, and what was asked of them. */
  function pages(entries: DigestEntry[], known?: DigestSummary) {
    const asked: string[] = [];
    let kept = known;
    return {
      asked,
      digests: {
        summary: async () => kept,
        seal: async () => void asked.push('seal'),
        entries: async function* read() {
          asked.push('entries');
          yield entries;
        },
        keepSummary: async (_id: string, summary: DigestSummary) => {
          asked.push('keep');
          kept = summary;
        },
      } as unknown as Parameters<typeof closeDigest>[1],
    };
  }

  it('is sealed before it is read, and read once', async () => {
    const { asked, digests } = pages([entry()]);
    const first = await closeDigest('digest-1', digests);
    expect(asked).toEqual(['seal', 'entries', 'keep']);
    expect(await closeDigest('digest-1', digests)).toEqual(first);
    expect(asked).toHaveLength(3);
  });

  it('that nobody joined says nothing, and nothing is kept', async () => {
    const { asked, digests } = pages([]);
    expect(await closeDigest('digest-1', digests)).toBeUndefined();
    expect(asked).toEqual(['seal', 'entries']);
  });
});

describe('one flood', () => {
  it('is of one source, one finding and one status', () => {
    const alert = anAlert();
    const key = floodKey(alert);
    expect(key).toMatch(/^[0-9a-f]{16}$/u);
    expect(floodKey({ ...alert, title: 'another', severity: 'low' })).toBe(key);
    const others = [
      { ...alert, dedup_key: 'other' },
      { ...alert, status: 'resolved' as const },
      { ...alert, source: { ...alert.source, id: 'src_2' } },
    ];
    expect(new Set([key, STORM_KEY, ...others.map(floodKey)]).size).toBe(5);
  });
});
