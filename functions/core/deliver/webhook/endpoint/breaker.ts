import type { RetrySchedule } from '../../../model/config/destination.ts';
import type { EndpointHealth } from '../../../model/wire/endpoint-health.ts';
import type { Leave, Waits } from '../../attempt.ts';
import { type HealthChange, isRunning, LONGEST_OPEN_MS } from './health.ts';

/** So many failures in a row open the breaker. */
const OPENS_AFTER = 5;
/** How long it stays open: the first time since a success, the second, ... and every later time. */
const OPEN_MS = [60_000, 120_000, 240_000, 480_000, LONGEST_OPEN_MS];
/** Longer than an attempt takes. A probe whose worker died keeps the breaker open no longer than that. */
const PROBE_MS = 30_000;
/** Deliveries that waited for the breaker come back over so many milliseconds, not all at once. */
const SPREAD_MS = 15_000;

/** The instant, a place in the spread of returning deliveries (0..1), and the bound of every wait for a breaker. */
export type Instant = { nowMs: number; fraction: number; longestMs: number };

/**
 * The bound of every wait for a breaker: the longest step of the schedule. A schedule of seconds is the operator's wish,
 * and the breaker must not turn it into another. Without any step there is nothing to bound it by.
 */
export function longestOpenMs({ delaysSeconds }: RetrySchedule): number {
  return delaysSeconds.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...delaysSeconds) * 1000;
}

/**
 * The decision about a message by the health of its endpoint.
 *
 * | endpoint | fast lane | slow lane |
 * |---|---|---|
 * | healthy | now | now |
 * | slow | to the slow lane | now |
 * | a failure behind it | to the slow lane | now |
 * | breaker open | later | later |
 * | open for long enough | to the slow lane | one probe, the others later |
 */
export function admit(
  health: EndpointHealth | undefined,
  { isInSlowLane, ...instant }: Instant & { isInSlowLane: boolean },
): Leave | Waits {
  const { nowMs } = instant;
  const toSlowLane: Waits = { verdict: 'waits', reason: 'slow-lane', untilMs: nowMs };
  if (health === undefined || health.failures === 0) {
    return health?.slowUntil !== undefined && !isInSlowLane ? toSlowLane : {};
  }
  const closedUntilMs = Math.max(endOf(health.openUntil, nowMs), endOf(health.probeUntil, nowMs));
  if (nowMs < closedUntilMs) {
    return comeBack(closedUntilMs, instant);
  }
  if (!isInSlowLane) {
    return toSlowLane;
  }
  return health.openings > 0 ? { isProbe: true } : {};
}

/** Takes the one probe of a half-open breaker. */
export function probing({ nowMs, longestMs }: Instant): Extract<HealthChange, { change: 'probe' }> {
  return { change: 'probe', untilMs: nowMs + Math.min(PROBE_MS, longestMs) };
}

/** A delivery that waits for a breaker comes back when the breaker may be closed. */
export function comeBack(untilMs: number, { fraction, longestMs }: Instant): Waits {
  const spreadMs = Math.round(Math.min(SPREAD_MS, longestMs) * fraction);
  return { verdict: 'waits', reason: 'breaker-open', untilMs: untilMs + spreadMs };
}

/** Opens the breaker when a failure that was counted is one too many: for longer each time since the last success. */
export function opening(
  { failures, openings }: EndpointHealth,
  nowMs: number,
  longestMs: number,
): HealthChange | undefined {
  if (failures < OPENS_AFTER) return undefined;
  const openMs = Math.min(OPEN_MS[Math.min(openings, OPEN_MS.length - 1)] ?? LONGEST_OPEN_MS, longestMs);
  return { change: 'open', openings: openings + 1, untilMs: nowMs + openMs };
}

/** Closes the breaker and forgets the failures, if there is anything to forget. */
export function closing(health: EndpointHealth | undefined): HealthChange | undefined {
  return health !== undefined && health.failures > 0 ? { change: 'close' } : undefined;
}

function endOf(until: string | undefined, nowMs: number): number {
  return until !== undefined && isRunning(until, nowMs) ? Date.parse(until) : 0;
}
