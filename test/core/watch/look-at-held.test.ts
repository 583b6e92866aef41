import { describe, expect, it } from 'vitest';
import type { PlannedDelivery } from '../../../functions/core/model/wire/accepted-alerts.ts';
import type { Outside } from '../../../functions/core/model/wire/outside.ts';
import type { Delivery } from '../../../functions/core/model/wire/delivery.ts';
import { watchedHeld } from '../../../functions/core/model/wire/watched.ts';
import { lookAtAllHeld, lookAtHeld } from '../../../functions/core/watch/look-at-held.ts';
import { noNotes } from '../../../functions/core/watch/watch-run.ts';
import { aRoute, aRoutedAlert } from '../../adapters/records.ts';
import { aRun, minutesAgo, NOW_MS } from './a-run.ts';

const OPENS = new Date(NOW_MS + 3_600_000).toISOString();
const OPENS_LATER = new Date(NOW_MS + 7_200_000).toISOString();
const OUTSIDE: Outside = { intervals: ['office-hours'], until: OPENS, routes: ['rte_1'] };
const planned: PlannedDelivery = {
  id: 'delivery-1',
  destination_id: 'dst_1',
  channel: 'webhook',
  outside: OUTSIDE,
};
const routed = aRoutedAlert({ id: 'alert-1' }, { deliveries: [planned], routed_at: minutesAgo(5) });
const watched = watchedHeld({ id: 'delivery-1', alert_id: 'alert-1' });

/** @param opens until when the route holds now; undefined once it is open */
async function look(opens: string | undefined, rows: Delivery[] = []) {
  const notes = noNotes();
  const hours = () => (opens === undefined ? undefined : { ...OUTSIDE, until: opens });
  const { run } = aRun({ stored: [{ routed, rows }], routes: [aRoute()], hours });
  await lookAtHeld([watched], notes, run);
  return notes;
}

describe('a held delivery', () => {
  it('is held on until its route opens', async () => {
    const notes = await look(OPENS);
    expect(notes.release).toEqual([]);
    expect(notes.hold).toEqual([]);
    expect(notes.keep).toEqual([{ watched, lookAt: OPENS }]);
  });

  it('is held until another instant where the hours were changed, and its row says so', async () => {
    const notes = await look(OPENS_LATER);
    expect(notes.hold.map(({ message, until }) => [message.delivery_id, until])).toEqual([
      ['delivery-1', OPENS_LATER],
    ]);
    expect(notes.keep).toEqual([{ watched, lookAt: OPENS_LATER }]);
  });

  it('is sent once its route is open, and watched as one whose message was sent', async () => {
    const notes = await look(undefined);
    expect(notes.release.map(({ delivery_id: id, attempt }) => [id, attempt])).toEqual([['delivery-1', 1]]);
    expect(notes.keep.map(({ watched: kept }) => kept)).toEqual([
      { id: 'delivery-1', kind: 'delivery', alertId: 'alert-1', deliveryId: 'delivery-1', resent: 1 },
    ]);
  });

  it('that somebody has begun is watched as any other', async () => {
    const row: Delivery = {
      id: 'delivery-1',
      alert_id: 'alert-1',
      destination_id: 'dst_1',
      channel: 'webhook',
      state: 'sending',
      attempt: 1,
      round: 1,
      created_at: minutesAgo(5),
      updated_at: minutesAgo(1),
      attempts: [],
    };
    const notes = await look(OPENS, [row]);
    expect(notes.release).toEqual([]);
    expect(notes.keep.map(({ watched: kept }) => kept.kind)).toEqual(['delivery']);
  });

  it('of which nothing is stored any more is looked at no more', async () => {
    const notes = noNotes();
    await lookAtHeld([watched], notes, aRun().run);
    expect(notes.remove).toEqual([watched]);
  });
});

describe('everything that is held', () => {
  it.each([
    ['is not read where the configuration is the one it was judged by', '1', []],
    ['is judged anew after a change, and by which version is kept', '0', ['1']],
  ])('%s', async (_name, judgedBy, kept) => {
    const { run } = aRun({ stored: [{ routed }] });
    const versions: string[] = [];
    let reads = 0;
    run.ports.holds.judgedBy = async () => judgedBy;
    run.ports.holds.keepJudgedBy = async (version) => void versions.push(version);
    run.ports.watchList.held = async function* held() {
      reads += 1;
      yield [watched];
    };
    await lookAtAllHeld(run);
    expect({ versions, reads }).toEqual({ versions: kept, reads: kept.length });
  });

  it('is not said to be judged where the run had no time for all of it', async () => {
    const { run } = aRun();
    const versions: string[] = [];
    run.isOver = () => true;
    run.ports.holds.judgedBy = async () => undefined;
    run.ports.holds.keepJudgedBy = async (version) => void versions.push(version);
    run.ports.watchList.held = async function* held() {
      yield [watched];
    };
    await lookAtAllHeld(run);
    expect(versions).toEqual([]);
  });
});
