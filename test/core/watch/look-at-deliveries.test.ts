import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../functions/core/model/wire/delivery.ts';
import { watchedDelivery, watchedMessage, type Watched } from '../../../functions/core/model/wire/watched.ts';
import { lookAtDeliveries } from '../../../functions/core/watch/look-at-deliveries.ts';
import { noNotes } from '../../../functions/core/watch/watch-run.ts';
import { aMessage, aRoutedAlert } from '../../adapters/records.ts';
import { aRun, minutesAgo, NOW_MS } from './a-run.ts';

const PLANNED = { id: 'delivery-1', destination_id: 'dst_1', channel: 'webhook' } as const;
const routed = aRoutedAlert({ id: 'alert-1' }, { deliveries: [PLANNED], routed_at: minutesAgo(30) });
const watched = (resent = 0) => watchedDelivery({ id: 'delivery-1', alert_id: 'alert-1' }, resent);

function aRow(given: Partial<Delivery>): Delivery {
  return {
    ...PLANNED,
    alert_id: 'alert-1',
    state: 'pending',
    attempt: 1,
    round: 1,
    created_at: minutesAgo(30),
    updated_at: minutesAgo(30),
    attempts: [],
    ...given,
  };
}

async function look(one: Watched, rows: Delivery[], met: { isEmpty?: boolean; mayDoubt?: boolean } = {}) {
  const notes = noNotes();
  await lookAtDeliveries([one], notes, aRun({ ...met, stored: [{ routed, rows }] }).run);
  const attempts = (messages: { attempt: number }[]) => messages.map(({ attempt }) => attempt);
  return {
    removed: notes.remove.length,
    resend: attempts(notes.resend),
    doubted: attempts(notes.doubted),
    kept: notes.keep.map(({ watched: kept, lookAt }) => [
      kept.kind,
      'resent' in kept ? kept.resent : undefined,
      (Date.parse(lookAt) - NOW_MS) / 60_000,
    ]),
  };
}

describe('a watched delivery', () => {
  it.each(['delivered', 'dead', 'suppressed'] as const)('that is %s is looked at no more', async (state) => {
    const seen = await look(watched(), [aRow({ state })]);
    expect(seen).toEqual({ removed: 1, resend: [], doubted: [], kept: [] });
  });

  it('that is under way is looked at again when its row should have changed', async () => {
    const seen = await look(watched(), [aRow({ due_at: minutesAgo(5) })]);
    expect(seen).toEqual({ removed: 0, resend: [], doubted: [], kept: [['delivery', 0, 15]] });
  });

  it('that is overdue has lost its message where its queues are empty: the next attempt is sent', async () => {
    const seen = await look(watched(), [aRow({})], { isEmpty: true });
    expect(seen).toEqual({ removed: 0, resend: [2], doubted: [], kept: [['delivery', 1, 20]] });
  });

  it('that is overdue may be in a queue that is not empty: nothing is sent, and it is looked at again', async () => {
    expect(await look(watched(), [aRow({})])).toEqual({
      removed: 0,
      resend: [],
      doubted: [],
      kept: [['delivery', 0, 5]],
    });
  });

  it.each([
    ['40 minutes for the first time', 41, 0, [2]],
    ['40 minutes, and was sent again once', 41, 1, [2]],
    ['39 minutes, and was sent again once', 39, 1, []],
  ])('that stands still for %s is doubted by the doubling wait', async (_name, minutes, resent, doubted) => {
    const rows = [aRow({ updated_at: minutesAgo(minutes) })];
    expect((await look(watched(resent), rows, { mayDoubt: true })).doubted).toEqual(doubted);
  });

  it('that stands still for more than a day has lost its message, however full its queues are', async () => {
    const rows = [aRow({ updated_at: minutesAgo(25 * 60 + 1) })];
    expect((await look(watched(), rows)).resend).toEqual([2]);
  });

  it('that was never begun is sent from the decision of the router', async () => {
    expect((await look(watched(), [], { isEmpty: true })).resend).toEqual([1]);
  });

  it('of which the retention has left nothing is looked at no more', async () => {
    const gone = watchedDelivery({ id: 'delivery-9', alert_id: 'alert-9' });
    expect(await look(gone, [], { isEmpty: true })).toEqual({
      removed: 1,
      resend: [],
      doubted: [],
      kept: [],
    });
  });
});

describe('a delivery that an operator sent', () => {
  const sent = (resent = 0) => ({
    ...watchedMessage(aMessage({ delivery_id: 'delivery-1', alert: routed.alert, round: 2 }), minutesAgo(30)),
    resent,
  });

  it('is watched by its own round, whatever the row says of the one before', async () => {
    const seen = await look(sent(), [aRow({ state: 'delivered' })], { isEmpty: true });
    expect(seen).toEqual({ removed: 0, resend: [], doubted: [1], kept: [['delivery', 1, 20]] });
  });

  it('is sent once more and no further where the row tells of an ended round', async () => {
    expect((await look(sent(1), [aRow({ state: 'delivered' })], { isEmpty: true })).removed).toBe(1);
  });

  it('is over once the row tells of its round', async () => {
    expect((await look(sent(), [aRow({ state: 'delivered', round: 2 })])).removed).toBe(1);
  });
});
