import { describe, expect, it } from 'vitest';
import type { AcceptedRequest } from '../../../functions/core/model/wire/accepted-request.ts';
import { alertId } from '../../../functions/core/model/wire/ids.ts';
import { watchedRequest } from '../../../functions/core/model/wire/watched.ts';
import { lookAtRequests } from '../../../functions/core/watch/look-at-requests.ts';
import { noNotes } from '../../../functions/core/watch/watch-run.ts';
import { aRoutedAlert } from '../../adapters/records.ts';
import { aRun, minutesAgo, NOW_MS } from './a-run.ts';

const REQUEST_ID = '0c6a8d7e-0000-4000-8000-000000000001';
const aRequest = (minutes: number): AcceptedRequest => ({
  requestId: REQUEST_ID,
  sourceId: 'src_1',
  receivedAt: minutesAgo(minutes),
  indexes: [[0, 1]],
});
const planned = { id: 'delivery-1', destination_id: 'dst_1', channel: 'webhook' } as const;
const stored = (index: number, given: Parameters<typeof aRoutedAlert>[1] = {}) => ({
  routed: aRoutedAlert({ id: alertId(REQUEST_ID, index) }, { routed_at: minutesAgo(1), ...given }),
});

async function look(
  request: AcceptedRequest,
  met: Parameters<typeof aRun>[0],
  watched?: ReturnType<typeof watchedRequest>,
) {
  const notes = noNotes();
  const { run, raised } = aRun(met);
  const of = watched?.kind === 'request' ? { request, watched } : { request };
  await lookAtRequests([of], notes, run);
  return {
    raised: raised.map(({ type }) => type),
    lost: run.result.lost.length,
    removed: notes.remove.length,
    kept: notes.keep.map(({ watched: kept, lookAt }) => [
      kept.kind,
      kept.kind === 'request' && kept.isLost,
      (Date.parse(lookAt) - NOW_MS) / 60_000,
    ]),
  };
}
const NOTHING = { raised: [], lost: 0, removed: 0, kept: [] };

describe('an accepted request', () => {
  it('leaves nothing behind once each of its alerts is stored and told', async () => {
    expect(await look(aRequest(2), { stored: [stored(0), stored(1)] })).toEqual(NOTHING);
  });

  it('is taken off the list where it stood there', async () => {
    const request = aRequest(30);
    const seen = await look(request, { stored: [stored(0), stored(1)] }, watchedRequest(request));
    expect(seen).toEqual({ ...NOTHING, removed: 1 });
  });

  it('is over with its open deliveries watched one by one', async () => {
    const seen = await look(aRequest(2), { stored: [stored(0, { deliveries: [planned] }), stored(1)] });
    expect(seen).toEqual({ ...NOTHING, kept: [['delivery', false, 19]] });
  });

  it('is looked at again in five minutes while one of its alerts may still be with a router', async () => {
    const seen = await look(aRequest(2), { stored: [stored(0)], isEmpty: true });
    expect(seen).toEqual({ ...NOTHING, kept: [['request', false, 5]] });
  });

  it('is lost after 20 minutes where the queue is empty; the operator is told', async () => {
    const seen = await look(aRequest(21), { stored: [stored(0)], isEmpty: true });
    expect(seen).toEqual({
      raised: ['tocsin.message-lost'],
      lost: 1,
      removed: 0,
      kept: [['request', true, 60]],
    });
  });

  it('that is known to be lost is told of no second time, and looked at each hour', async () => {
    const request = aRequest(600);
    const seen = await look(request, { isEmpty: true }, watchedRequest(request, true));
    expect(seen).toEqual({ ...NOTHING, kept: [['request', true, 60]] });
  });

  it('with an alert that no router could take is looked at each hour: an operator may mend it', async () => {
    const seen = await look(aRequest(2), { stored: [stored(0, { routing: 'dead' }), stored(1)] });
    expect(seen).toEqual({ ...NOTHING, kept: [['request', false, 60]] });
  });
});
