import {
  addDeltas,
  HEALTH_WRITE_INTERVAL_MS,
  type HealthDelta,
} from '../../core/model/wire/source-health.ts';
import type { Clock, EventLog } from '../../core/world.ts';
import type { SourceHealthLog } from '../../core/ingest/ports.ts';
import { isWithin } from './within.ts';

/** Adds to the stored health of a source; one write. */
export type SourceHealthWriter = { add(sourceId: string, delta: HealthDelta): Promise<void> };

/** The sender waits for this write once a minute, and never longer than this. */
const DEADLINE_MS = 200;
/** A table that has trouble is not asked at every request. */
const RETRY_AFTER_MS = 5_000;

type Batch = {
  pending: HealthDelta | undefined;
  /** When an accepted request, and when a refused one, may cause a write again. */
  acceptedAgainMs: number;
  refusedAgainMs: number;
  isWriting: boolean;
};

/**
 * Counts in memory. A write carries all that was counted; an accepted request causes one at most once per source and
 * minute, and so does a refused one. The first of either kind is written at once: while somebody sets up a sender, the last
 * refusal is what they want to see, and there may be no further request that could bring it.
 *
 * Nothing can be written between two requests, because Lambda freezes the environment after its answer: the write is
 * waited for, up to a deadline. A write that fails is logged, and what it held goes into the next one.
 */
export function batchedSourceHealth({
  writer,
  clock,
  log,
  deadlineMs = DEADLINE_MS,
}: {
  writer: SourceHealthWriter;
  clock: Clock;
  log: EventLog;
  deadlineMs?: number;
}): SourceHealthLog {
  const batches = new Map<string, Batch>();

  async function write(sourceId: string, batch: Batch, delta: HealthDelta): Promise<void> {
    batch.isWriting = true;
    batch.pending = undefined;
    try {
      await writer.add(sourceId, delta);
    } catch (error) {
      batch.pending = batch.pending === undefined ? delta : addDeltas(delta, batch.pending);
      batch.acceptedAgainMs = clock.now() + RETRY_AFTER_MS;
      batch.refusedAgainMs = batch.acceptedAgainMs;
      log.error('source-health.not-written', { sourceId, error });
    } finally {
      batch.isWriting = false;
    }
  }

  return {
    observe: async (sourceId, delta) => {
      const batch: Batch = batches.get(sourceId) ?? {
        pending: undefined,
        acceptedAgainMs: Number.NEGATIVE_INFINITY,
        refusedAgainMs: Number.NEGATIVE_INFINITY,
        isWriting: false,
      };
      batches.set(sourceId, batch);
      const whole = batch.pending === undefined ? delta : addDeltas(batch.pending, delta);
      batch.pending = whole;
      const nowMs = clock.now();
      const kind = delta.lastAcceptedAt === undefined ? 'refusedAgainMs' : 'acceptedAgainMs';
      if (batch.isWriting || isWithin(batch[kind], HEALTH_WRITE_INTERVAL_MS, nowMs)) return;
      batch[kind] = nowMs + HEALTH_WRITE_INTERVAL_MS;
      await atMost(deadlineMs, write(sourceId, batch, whole));
    },
  };
}

/** The work goes on behind the deadline; it handles its own failure. */
async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, deadline]);
  clearTimeout(timer);
}
