import type { RequestLedger, RequestRecord } from '../../../functions/core/ingest/ports.ts';
import { isWindowOver, windowEndsAt } from '../../../functions/core/ingest/request-window.ts';
import type { Clock } from '../../../functions/core/world.ts';

type Kept = { record: RequestRecord; endsAt: number };

/** The ledger of requests in memory, held against the table by test/contracts/requests.test.ts. */
export function memoryLedger(clock: Clock) {
  const kept = new Map<string, Kept>();
  const nameOf = (sourceId: string, key: string): string => `${sourceId} ${key}`;
  const ledger: RequestLedger = {
    claim: async ({ sourceId, key, requestId, bodySha256, receivedAt, windowSeconds }) => {
      const name = nameOf(sourceId, key);
      const earlier = kept.get(name);
      // The same request asks twice where the first answer was lost.
      if (earlier?.record.requestId === requestId) return {};
      if (earlier !== undefined && !isWindowOver(earlier.endsAt, clock.now())) {
        return { earlier: { ...earlier.record } };
      }
      const record = { requestId, bodySha256, receivedAt, isConfirmed: false };
      kept.set(name, { record, endsAt: windowEndsAt(clock.now(), windowSeconds) });
      return {};
    },
    confirm: async (sourceId, key) => {
      const found = kept.get(nameOf(sourceId, key));
      if (found !== undefined) found.record.isConfirmed = true;
    },
  };
  return {
    ledger,
    /** Each source and key, in the order of their first claims. */
    keys: (): string[] => [...kept.keys()],
  };
}
