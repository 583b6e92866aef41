import type { EndpointHealth } from '../../../model/wire/endpoint-health.ts';

/** The longest a breaker stays open. */
export const LONGEST_OPEN_MS = 900_000;
/** How far the clocks of two workers may be apart. */
const CLOCKS_DIFFER_MS = 60_000;

/**
 * The health of an endpoint can change in seven ways. Every worker may change it at any time, so each is one
 * conditional write; where its condition does not hold, another worker was faster.
 *
 * | change | holds when | then |
 * |---|---|---|
 * | failure | the breaker is not open | one more failure; no probe is under way |
 * | first-failure | the breaker is not open, and no failure ended after the success | one failure, no openings; no probe is under way |
 * | open | the breaker is not open | it is, until then; no probe is under way |
 * | probe | the breaker was open and is no longer, and no probe is under way | one is |
 * | close | there are failures | none, no openings, nothing open |
 * | slow | it is not known to be slow for longer | slow, until then |
 * | fast | it is as slow as it was read | not slow |
 */
export type HealthChange =
  | { change: 'failure'; endedMs: number }
  | { change: 'first-failure'; endedMs: number; successMs: number }
  | { change: 'open'; openings: number; untilMs: number }
  | { change: 'probe'; untilMs: number }
  | { change: 'close' }
  | { change: 'slow'; untilMs: number; unlessAfterMs: number }
  | { change: 'fast'; slowUntil: string };

/** The health of endpoints. An endpoint whose record is lost counts as healthy. */
export type EndpointHealthStore = {
  /** Remembered for seconds. `isFresh` asks the table itself. */
  find(destinationId: string, options?: { isFresh?: boolean }): Promise<EndpointHealth | undefined>;
  /** The health that this worker read last, however long ago. */
  recall(destinationId: string): EndpointHealth | undefined;
  /** The health after the change; undefined where the change does not hold. */
  change(destinationId: string, change: HealthChange): Promise<EndpointHealth | undefined>;
};

/** The health of an endpoint as it is written, with the end of the last failure that was counted. */
export type WrittenHealth = EndpointHealth & { failedAt?: string };

/** The health after a change; undefined where the change does not hold. The table does the same with each change. */
export function changed(
  health: WrittenHealth | undefined,
  change: HealthChange,
  nowMs: number,
): WrittenHealth | undefined {
  const before: WrittenHealth = health ?? { failures: 0, openings: 0 };
  const { probeUntil: _, ...unprobed } = before;
  switch (change.change) {
    case 'failure':
      return isRunning(before.openUntil, nowMs)
        ? undefined
        : { ...unprobed, failures: before.failures + 1, failedAt: iso(change.endedMs) };
    case 'first-failure':
      return isRunning(before.openUntil, nowMs) || (before.failedAt ?? '') >= iso(change.successMs)
        ? undefined
        : { ...unprobed, failures: 1, openings: 0, failedAt: iso(change.endedMs) };
    case 'open':
      return isRunning(before.openUntil, nowMs)
        ? undefined
        : { ...unprobed, openings: change.openings, openUntil: iso(change.untilMs) };
    case 'probe':
      return before.openings === 0 ||
        isRunning(before.openUntil, nowMs) ||
        isRunning(before.probeUntil, nowMs)
        ? undefined
        : { ...before, probeUntil: iso(change.untilMs) };
    case 'close': {
      const { openUntil: _open, ...closed } = unprobed;
      return before.failures === 0 ? undefined : { ...closed, failures: 0, openings: 0 };
    }
    case 'slow':
      return (before.slowUntil ?? '') > iso(change.unlessAfterMs)
        ? undefined
        : { ...before, slowUntil: iso(change.untilMs) };
    case 'fast': {
      const { slowUntil, ...fast } = before;
      return slowUntil === change.slowUntil ? fast : undefined;
    }
  }
}

/** Whether an instant is still to come, and no further away than a breaker is ever open. An instant beyond that was
 * written before the clock jumped back. */
export function isRunning(until: string | undefined, nowMs: number): boolean {
  return until !== undefined && until > iso(nowMs) && until <= iso(latestMs(nowMs));
}

/** No breaker that opens now is open for longer. */
export function latestMs(nowMs: number): number {
  return nowMs + LONGEST_OPEN_MS + CLOCKS_DIFFER_MS;
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
