import type { EndpointHealth } from '../../../model/wire/endpoint-health.ts';
import type { EndpointHealthLog } from '../../ports.ts';
import type { Timer } from '../../../world.ts';

/** An endpoint that has not answered an attempt after so long is slow. */
const SLOW_AFTER_MS = 1_000;
/** An answer within so long says that it is not. */
const FAST_WITHIN_MS = 500;
/** It counts only when the endpoint was not seen slow for so long: one that is now slow, now fast stays slow. */
const SLOW_FOR_MS = 60_000;
/** While it is slow that is noted again, but not as long as so much of the time is left. */
const RENEWED_BELOW_MS = 30_000;

type SlownessPorts = { health: EndpointHealthLog; timer: Timer };

/**
 * Makes an attempt, and takes note when its endpoint is slow: during the attempt, because whoever comes next would
 * find nothing else until it ends.
 */
export async function watched<Result>(
  destinationId: string,
  attempt: () => Promise<Result>,
  nowMs: () => number,
  { health, timer }: SlownessPorts,
): Promise<Result> {
  let noted: Promise<void> | undefined;
  const stop = timer.after(SLOW_AFTER_MS, () => {
    noted = noteSlow(destinationId, nowMs(), health);
  });
  try {
    return await attempt();
  } finally {
    stop();
    await noted;
  }
}

async function noteSlow(destinationId: string, nowMs: number, health: EndpointHealthLog): Promise<void> {
  const unlessAfter = new Date(nowMs + RENEWED_BELOW_MS).toISOString();
  if ((health.recall(destinationId)?.slowUntil ?? '') > unlessAfter) {
    return;
  }
  try {
    await health.noteSlow(destinationId, new Date(nowMs + SLOW_FOR_MS).toISOString(), unlessAfter);
  } catch {
    // What is lost of an endpoint's health counts as healthy, and costs no delivery: the next slow one notes it.
  }
}

/** Forgets that an endpoint was slow, when an answer shows that it no longer is. */
export async function noteDuration(
  destinationId: string,
  durationMs: number,
  nowMs: number,
  known: EndpointHealth | undefined,
  health: EndpointHealthLog,
): Promise<void> {
  const slowUntil = known?.slowUntil;
  if (slowUntil !== undefined && durationMs < FAST_WITHIN_MS && Date.parse(slowUntil) <= nowMs) {
    await health.noteFast(destinationId, slowUntil);
  }
}
