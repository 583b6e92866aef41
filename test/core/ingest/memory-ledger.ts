import type { RequestLedger, RequestRecord } from '../../../functions/core/ingest/ports.ts';
import { isWindowOver, windowEndsAt } from '../../../functions/core/ingest/request-window.ts';
import type { Clock } from '../../../functions/core/world.ts';

type Kept = { record: RequestRecord; endsAt: number };

/** The ledger of requests in memory, held against the table by test/contracts/requests.test.ts. */
export function memoryLedger(clock: Clock) {
  const kept = new Map<string, Kept>();
  const nameOf = (sourceId: string, key: string): string => `${sourceId} ${key}`;
  const ledger: RequestLedger = {
    claim: async ({ sourceId, key, requestId, bodySha256, receivedAt, windowSeconds, indexes, newsIds }) => {
      const name = nameOf(sourceId, key);
      const earlier = kept.get(name);
      // The same request asks twice where the first answer was lost.
      if (earlier?.record.requestId === requestId) return {};
      if (earlier !== undefined && !isWindowOver(earlier.endsAt, clock.now())) {
        return { earlier: { ...earlier.record } };
      }
      const alerts = { indexes, ...(newsIds !== undefined && { newsIds }) };
      const record: RequestRecord = { requestId, bodySha256, receivedAt, isConfirmed: false, alerts };
      kept.set(name, { record, endsAt: windowEndsAt(clock.now(), windowSeconds) });
      return {};
    },
    confirm: async (sourceId, key) => {
      const found = kept.get(nameOf(sourceId, key));
      if (found !== undefined) found.record.isConfirmed = true;
    },
    widen: async (sourceId, key, { requestId, widened }, names) => {
      const record = kept.get(nameOf(sourceId, key))?.record;
      if (record?.requestId !== requestId || record.widened !== widened) {
        throw new Error('the request is not as it was read');
      }
      Object.assign(record, { alerts: names, isConfirmed: false, widened: (widened ?? 0) + 1 });
    },
  };
  return {
    ledger,
    /** Each source and key, in the order of their first claims. */
    keys: (): string[] => [...kept.keys()],
  };
}
