import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';
import { type Delivery, plannedDelivery } from '../../../functions/core/model/wire/delivery.ts';
import type { SilencedEntry } from '../../../functions/core/model/wire/silenced-entry.ts';
import { ONLY_DESTINATION } from '../../../functions/core/system-alerts/raise.ts';
import { endSilences } from '../../../functions/core/watch/end-silences.ts';
import type { Lanes } from '../../../functions/core/watch/ports.ts';
import { aRoutedAlert, aSilence } from '../../adapters/records.ts';

const MINUTE = 60_000;
const SILENCE = aSilence();

const aRow = (id: string): Delivery => ({
  ...plannedDelivery({ id, destination_id: 'dst_1', channel: 'webhook' }, aRoutedAlert()),
  state: 'suppressed',
  reason: 'silenced',
  silence: { id: SILENCE.id },
});
const ENDED_MS = Date.parse(SILENCE.endsAt);

function anEntry(given: Partial<SilencedEntry> = {}): SilencedEntry {
  return {
    silenceId: SILENCE.id,
    destinationId: 'dst_1',
    deliveryId: 'delivery-1',
    alertId: 'alert-1',
    sourceId: 'src_1',
    dedupKey: 'key',
    sourceName: 'siem',
    title: 'Root login',
    severity: 'high',
    status: 'firing',
    receivedAt: '2026-01-15T15:00:00.000Z',
    isTold: false,
    ...given,
  };
}

/** A silence that ended with these entries, looked at so long after its end. */
async function lookedAt(
  entries: SilencedEntry[],
  {
    afterMs = 2 * MINUTE,
    busy,
    isQueueDown = false,
    rows = {},
  }: {
    afterMs?: number;
    busy?: Parameters<Lanes['isEmpty']>[0];
    isQueueDown?: boolean;
    /** What rows say besides that the silence kept them back. */
    rows?: Record<string, Partial<Delivery>>;
  } = {},
) {
  const sent: Alert[] = [];
  const marked: string[] = [];
  const run = endSilences({
    silenceEnds: {
      ended: async () => [SILENCE],
      entries: async function* () {
        // One a page: what belongs together may come apart.
        for (const entry of entries) yield [entry];
      },
      mark: async (id) => void marked.push(id),
    },
    stored: {
      rows: async (asked) => new Map(asked.map(({ deliveryId: id }) => [id, { ...aRow(id), ...rows[id] }])),
    },
    lanes: { isEmpty: async () => false, isIdle: async (lane) => lane !== busy },
    alerts: {
      enqueue: async ({ alerts }) => {
        if (isQueueDown) throw new Error('queue');
        sent.push(...alerts);
      },
    },
    clock: { now: () => ENDED_MS + afterMs },
    tenantId: 'tenant-1',
  });
  const done = await run.catch(() => 'failed' as const);
  return { done, sent, marked };
}

describe('a silence that ended', () => {
  it('is told to each destination once, and marked then', async () => {
    const { done, sent, marked } = await lookedAt([
      anEntry(),
      anEntry({ destinationId: 'dst_2', alertId: 'alert-1' }),
      anEntry({ alertId: 'alert-2', dedupKey: 'other' }),
    ]);
    expect(sent.map(({ details }) => [details[ONLY_DESTINATION], details['silenced_alerts']])).toEqual([
      ['dst_1', 2],
      ['dst_2', 1],
    ]);
    expect(done).toEqual([{ silenceId: SILENCE.id, destinations: 2 }]);
    expect(marked).toEqual([SILENCE.id]);
  });

  it('waits for two minutes, and for every queue, but for no longer than an hour', async () => {
    expect((await lookedAt([anEntry()], { afterMs: 2 * MINUTE - 1 })).marked).toEqual([]);
    for (const busy of ['alerts', 'email', 'webhook'] as const) {
      expect((await lookedAt([anEntry()], { busy })).marked).toEqual([]);
      expect((await lookedAt([anEntry()], { busy, afterMs: 60 * MINUTE })).marked).toEqual([SILENCE.id]);
    }
  });

  it('is not marked while nobody could be told', async () => {
    const { done, marked } = await lookedAt([anEntry()], { isQueueDown: true });
    expect({ done, marked }).toEqual({ done: 'failed', marked: [] });
  });

  it.each<[string, Partial<Delivery>]>([
    ['was delivered before its message came again', { state: 'delivered' }],
    ['was sent again by an operator', { state: 'sending', round: 2 }],
    ['is kept back by another silence', { silence: { id: 'sil_2' } }],
    ['waits, since its worker died before its row', { state: 'pending' }],
  ])('does not count what %s', async (_, row) => {
    const other = anEntry({ deliveryId: 'delivery-2', alertId: 'alert-2', dedupKey: 'other' });
    const { sent } = await lookedAt([anEntry(), other], { rows: { 'delivery-2': row } });
    expect(sent.map(({ details }) => [details['silenced_alerts'], details['still_firing']])).toEqual([
      [1, 1],
    ]);
  });

  it('is marked without a summary when everything was told', async () => {
    const { sent, marked } = await lookedAt([anEntry({ isTold: true, status: 'resolved' })]);
    expect({ sent, marked }).toEqual({ sent: [], marked: [SILENCE.id] });
  });
});

describe('a condition under a silence', () => {
  const later = '2026-01-15T15:30:00.000Z';
  const end = (receivedAt: string) =>
    anEntry({ alertId: 'alert-2', status: 'resolved', isTold: true, receivedAt });
  const firing = async (...entries: SilencedEntry[]): Promise<unknown[]> => {
    const both = [await lookedAt(entries), await lookedAt(entries.toReversed())];
    return both.map(({ sent }) => sent[0]?.details['still_firing']);
  };

  it('stands as its last alert says, in whatever order the entries come', async () => {
    expect(await firing(anEntry(), end(later))).toEqual([0, 0]);
    expect(await firing(anEntry({ receivedAt: later }), end('2026-01-15T15:00:00.000Z'))).toEqual([1, 1]);
  });

  it('is over when an alert and its end are of one instant', async () => {
    expect(await firing(anEntry(), end(anEntry().receivedAt))).toEqual([0, 0]);
  });

  it('is counted once for its source and key', async () => {
    expect(await firing(anEntry(), anEntry({ alertId: 'alert-3', receivedAt: later }))).toEqual([1, 1]);
    expect(await firing(anEntry(), anEntry({ alertId: 'alert-3', sourceId: 'src_2' }))).toEqual([2, 2]);
  });
});
