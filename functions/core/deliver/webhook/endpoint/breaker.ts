import type { RetrySchedule } from '../../../model/config/destination.ts';
import type { EndpointHealth } from '../../../model/wire/endpoint-health.ts';
import type { EndpointHealthLog } from '../../ports.ts';

/** So many failures in a row open the breaker. */
const OPENS_AFTER = 5;
/** How long it stays open: the first time since a success, the second, ... and every later time. */
const OPEN_SECONDS = [60, 120, 240, 480, 900] as const;
const LONGEST_OPEN_MS = 900_000;
/** How far the clocks of two workers may be apart. */
const CLOCKS_DIFFER_MS = 60_000;
/** Longer than an attempt takes: a probe that is not heard of again does not keep the breaker open for long. */
const PROBE_MS = 30_000;
/** What waited for the breaker comes back over so many milliseconds, not all at once. */
const SPREAD_MS = 15_000;

/**
 * What bounds every wait for a breaker: the longest step of the schedule. One of seconds is somebody's express wish,
 * and the breaker must not turn it into another. Without any step there is nothing to bound it by.
 */
export function longestWaitMs({ delaysSeconds }: RetrySchedule): number {
  return delaysSeconds.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...delaysSeconds) * 1000;
}

/** Whether an attempt may be made: `probe` when it is the one that tries the endpoint for everybody. */
export type Admission =
  | { admit: 'now' | 'probe' }
  | { admit: 'later'; untilMs: number; reason: 'breaker-open' | 'slow-lane' };

/**
 * What the health of an endpoint means for a message.
 *
 * | endpoint | fast lane | slow lane |
 * |---|---|---|
 * | healthy | now | now |
 * | slow | to the slow lane | now |
 * | a failure behind it | to the slow lane | now |
 * | breaker open | later | later |
 * | open for long enough | to the slow lane | one probe, the others later |
 *
 * @param fraction 0..1, where in the spread of those that come back
 * @param longestMs bounds the spread
 */
export function admit(
  health: EndpointHealth | undefined,
  isInSlowLane: boolean,
  nowMs: number,
  fraction: number,
  longestMs: number,
): Admission {
  if (health === undefined || health.failures === 0) {
    return health?.slowUntil !== undefined && !isInSlowLane
      ? { admit: 'later', untilMs: nowMs, reason: 'slow-lane' }
      : { admit: 'now' };
  }
  const closedUntilMs = Math.max(instant(health.openUntil, nowMs), instant(health.probeUntil, nowMs));
  if (nowMs < closedUntilMs) {
    return {
      admit: 'later',
      untilMs: closedUntilMs + Math.round(Math.min(SPREAD_MS, longestMs) * fraction),
      reason: 'breaker-open',
    };
  }
  if (!isInSlowLane) {
    return { admit: 'later', untilMs: nowMs, reason: 'slow-lane' };
  }
  return { admit: health.openings > 0 ? 'probe' : 'now' };
}

/** Takes the one probe of a half-open breaker; when another worker has it, says when to come back. */
export async function takeProbe(
  destinationId: string,
  nowMs: number,
  fraction: number,
  longestMs: number,
  log: EndpointHealthLog,
): Promise<Admission> {
  const untilMs = nowMs + Math.min(PROBE_MS, longestMs);
  return (await log.claimProbe(destinationId, new Date(untilMs).toISOString()))
    ? { admit: 'probe' }
    : {
        admit: 'later',
        untilMs: untilMs + Math.round(Math.min(SPREAD_MS, longestMs) * fraction),
        reason: 'breaker-open',
      };
}

/** Counts a failure, and opens the breaker when it is one too many. */
export async function noteFailure(
  destinationId: string,
  endedMs: number,
  nowMs: number,
  longestMs: number,
  log: EndpointHealthLog,
): Promise<void> {
  const health = await log.countFailure(destinationId, endedMs);
  if (health === undefined || health.failures < OPENS_AFTER) {
    return;
  }
  const openings = health.openings + 1;
  const seconds = OPEN_SECONDS[Math.min(openings, OPEN_SECONDS.length) - 1] ?? OPEN_SECONDS[4];
  const openMs = Math.min(seconds * 1000, longestMs);
  await log.open(destinationId, openings, new Date(nowMs + openMs).toISOString());
}

/** Closes the breaker and forgets the failures, if there is anything to forget. */
export async function noteSuccess(
  destinationId: string,
  health: EndpointHealth | undefined,
  log: EndpointHealthLog,
): Promise<void> {
  if (health !== undefined && health.failures > 0) {
    await log.close(destinationId);
  }
}

/** One that is further away than a breaker is ever open was written before the clock jumped back; it is over. */
function instant(iso: string | undefined, nowMs: number): number {
  const ms = iso === undefined ? 0 : Date.parse(iso);
  return ms > nowMs + LONGEST_OPEN_MS + CLOCKS_DIFFER_MS ? 0 : ms;
}
