import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import type { Canary, CanaryPhase } from '../../functions/core/model/wire/canary.ts';
import type { CanaryStanding, FlownCanary } from '../../functions/core/operator/canary-standing.ts';
import { inert } from '../screen/terminal.ts';
import type { Session } from '../session.ts';
import { readableMs, relativeTime } from '../words/time.ts';
import { whyNoCanary } from './has-canary.ts';

/** A canary as JSON. */
export function canaryView({ canary, phases }: FlownCanary): object {
  const stopped = stoppedAt(phases);
  return {
    id: canary.id,
    sent_at: canary.sent_at,
    sent_by: canary.sent_by,
    alert_id: canary.door !== undefined && 'alert_id' in canary.door ? canary.door.alert_id : null,
    received_at: canary.received_at ?? null,
    took_ms: tookMs(canary) ?? null,
    stopped_at: stopped?.phase ?? null,
    problem: stopped?.state === 'failed' ? stopped.problem : null,
    phases: phases.map((one) => ({
      phase: one.phase,
      state: one.state,
      took_ms: one.state === 'done' ? one.took_ms : null,
      at: one.state === 'done' ? one.at : null,
      problem: one.state === 'failed' ? one.problem : null,
    })),
  };
}

/** The phase that failed, or else the first that waits. */
export function stoppedAt(phases: readonly CanaryPhase[]): CanaryPhase | undefined {
  return phases.find(({ state }) => state === 'failed') ?? phases.find(({ state }) => state === 'waiting');
}

/** From its sending to its receipt. */
export function tookMs({ sent_at: sentAt, received_at: receivedAt }: Canary): number | undefined {
  return receivedAt === undefined ? undefined : Math.max(0, Date.parse(receivedAt) - Date.parse(sentAt));
}

/** The state of a phase: `812 ms`, `waiting`, or its problem. */
export function describePhase(one: CanaryPhase): string {
  if (one.state === 'done') return readableMs(one.took_ms);
  return one.state === 'waiting' ? 'waiting' : inert(one.problem);
}

/** The canaries in one line of `status`. */
export function describeCanaries(
  canary: CanaryStanding | undefined,
  manifest: Pick<Manifest, 'canary'>,
  { paint, nowMs }: Pick<Session, 'paint' | 'nowMs'>,
): string | undefined {
  const none = whyNoCanary(manifest);
  if (none !== undefined) return manifest.canary === undefined ? undefined : paint('yellow', none);
  if (canary?.newest === undefined) return 'none was sent yet';
  const { received, late } = canary;
  const took = received === undefined ? undefined : tookMs(received);
  const last =
    received === undefined || took === undefined
      ? 'none was received in the last three days'
      : `received ${relativeTime(received.received_at, nowMs)}, ${readableMs(took)} after it was sent`;
  const heartbeat =
    received?.heartbeat !== undefined && received.heartbeat.problem === undefined ? '; heartbeat told' : '';
  return late.length > 0 ? paint('red', last) : `${last}${heartbeat}`;
}

export function canariesView(
  canary: CanaryStanding | undefined,
  manifest: Pick<Manifest, 'canary'>,
): object | null {
  const none = whyNoCanary(manifest);
  if (none !== undefined) return { state: 'off', because: none };
  if (canary === undefined) return null;
  const { newest, received, late } = canary;
  const unlessLate = newest === undefined ? 'none-yet' : 'well';
  return {
    state: late.length > 0 ? 'late' : unlessLate,
    last_sent_at: newest?.sent_at ?? null,
    last_received_at: received?.received_at ?? null,
    took_ms: received === undefined ? null : (tookMs(received) ?? null),
    late: late.map(({ watch, phase, problem, canary: { sent_at: sentAt } }) => ({
      watch,
      phase,
      problem,
      sent_at: sentAt,
    })),
  };
}
