import { expect, test } from 'vitest';
import { alertId } from '../../../functions/core/model/wire/ids.ts';
import type { AcceptedRequest } from '../../../functions/core/model/wire/accepted-request.ts';
import { watchDeliveries } from '../../../functions/core/watch/watch-deliveries.ts';
import type { WatchDeliveriesPorts } from '../../../functions/core/watch/watch-run.ts';
import { aRoutedAlert } from '../../adapters/records.ts';
import { aRun, minutesAgo } from './a-run.ts';

function aRequest(number: number, alerts: number): AcceptedRequest {
  return {
    requestId: `0c6a8d7e-0000-4000-8000-${String(number).padStart(12, '0')}`,
    sourceId: 'src_1',
    receivedAt: minutesAgo(3),
    indexes: [[0, alerts - 1]],
  };
}

/** A run over these requests, all alerts of which are routed to nobody, but the missing ones; and what it read at once. */
async function watch(requests: AcceptedRequest[], missing: string[] = []) {
  const reads: number[] = [];
  const kept: string[] = [];
  const { run } = aRun();
  const ports: WatchDeliveriesPorts = {
    ...run.ports,
    requests: {
      ...run.ports.requests,
      lookedAtUntil: async () => minutesAgo(4),
      between: async function* between(from) {
        if (from === minutesAgo(4)) yield requests;
      },
    },
    watchList: {
      ...run.ports.watchList,
      keep: async (entries) => void kept.push(...entries.map(({ watched }) => watched.id)),
    },
    stored: {
      find: async (ids) => {
        reads.push(ids.length);
        const found = ids.filter((id) => !missing.includes(id));
        return new Map(found.map((id) => [id, { routed: aRoutedAlert({ id }), rows: [] }]));
      },
      rows: async () => new Map(),
    },
  };
  const { requests: seen } = await watchDeliveries(ports, { mayBeLost: true });
  return { reads, kept, seen };
}

test('small requests are read together, and one that is not over is kept by itself', async () => {
  const requests = Array.from({ length: 500 }, (_, number) => aRequest(number, 1));
  const late = requests[321]!;
  const { reads, kept, seen } = await watch(requests, [alertId(late.requestId, 0)]);
  expect({ reads, kept, seen }).toEqual({ reads: [200, 200, 100], kept: [late.requestId], seen: 500 });
});

test('a large request is read in parts, and does not delay what came before it', async () => {
  const large = aRequest(2, 450);
  const { reads, kept } = await watch(
    [aRequest(1, 1), large, aRequest(3, 1)],
    [alertId(large.requestId, 449)],
  );
  expect({ reads, kept }).toEqual({ reads: [200, 200, 51, 1], kept: [large.requestId] });
});
