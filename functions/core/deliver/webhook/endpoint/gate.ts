import type { DeliveryMessage } from '../../../model/wire/delivery.ts';
import type { Destination } from '../../../model/config/destination.ts';
import type { EndpointHealth } from '../../../model/wire/endpoint-health.ts';
import type { Claim, DestinationPauses, EndpointHealthLog } from '../../ports.ts';
import type { Clock, Random, Timer } from '../../../world.ts';
import { admit, longestWaitMs, noteFailure, noteSuccess, takeProbe, type Admission } from './breaker.ts';
import type { AttemptResult } from '../../deliver.ts';
import { noteDuration, watched } from './slow.ts';

/** A delivery that was begun so often and never ended takes its worker down; it is not begun again. */
const MAX_UNRECORDED_CLAIMS = 3;
/** How long a delivery waits for a breaker before it counts as failed: nothing circles for ever. */
const MAX_DEFERRAL_MS = 24 * 3_600_000;

/** What is known of the endpoints of webhooks. */
export type Endpoints = { health: EndpointHealthLog; pauses: DestinationPauses; timer: Timer };

type Ports = { endpoints?: Endpoints; clock: Clock; random: Random };

/** Whether an attempt may be made. `given-up`: it waited for the breaker for too long, and fails without one. */
type Decision = Admission | { admit: 'given-up' };

/**
 * The breaker's word on a message. A message that waits has a time to wait for, and whatever has one is in the slow
 * lane. A test by an operator is always made: it is how one finds out.
 */
export function decideAdmission(
  message: DeliveryMessage,
  destination: Destination,
  health: EndpointHealth | undefined,
  { clock, random }: Ports,
): Decision {
  return message.is_test === true
    ? { admit: 'now' }
    : withinReason(
        message,
        admit(health, message.not_before !== undefined, clock.now(), random.fraction(), boundOf(destination)),
        clock,
      );
}

/** Turns a `probe` into a probe that is this worker's alone, or into a wait. */
export async function confirmAdmission(
  message: DeliveryMessage,
  destination: Destination,
  decision: Decision,
  { endpoints, clock, random }: Ports,
): Promise<Decision> {
  if (decision.admit !== 'probe' || endpoints === undefined) {
    return decision;
  }
  const probe = await takeProbe(
    destination.id,
    clock.now(),
    random.fraction(),
    boundOf(destination),
    endpoints.health,
  );
  return withinReason(message, probe, clock);
}

function boundOf(destination: Destination): number {
  return destination.channel === 'webhook' ? longestWaitMs(destination.retry) : Number.POSITIVE_INFINITY;
}

function withinReason(message: DeliveryMessage, admission: Admission, clock: Clock): Decision {
  const { deferred_since: since } = message;
  const isTooLong = since !== undefined && clock.now() - Date.parse(since) >= MAX_DEFERRAL_MS;
  return admission.admit === 'later' && admission.reason === 'breaker-open' && isTooLong
    ? { admit: 'given-up' }
    : admission;
}

/** The message as it goes back to its queue without an attempt. */
export function deferred(
  message: DeliveryMessage,
  {
    untilMs,
    reason,
  }: {
    untilMs: number;
    reason: Extract<Admission, { admit: 'later' }>['reason'] | 'hourly-limit' | 'digest-closed';
  },
  nowMs: number,
): DeliveryMessage {
  return {
    ...message,
    not_before: new Date(untilMs).toISOString(),
    ...(reason === 'breaker-open' && {
      deferred_since: message.deferred_since ?? new Date(nowMs).toISOString(),
    }),
  };
}

/** What an attempt comes to that is claimed but must not be made; undefined for every other. */
export function failedUnmade(
  claim: Claim & { claim: 'granted' },
  decision: Decision,
): AttemptResult | undefined {
  if (claim.claims > MAX_UNRECORDED_CLAIMS) {
    const detail = `it was begun ${String(MAX_UNRECORDED_CLAIMS)} times and never came to an end`;
    return { outcome: { outcome: 'failed', reason: 'pipeline-fault' }, facts: { detail } };
  }
  if (decision.admit === 'given-up') {
    const detail = 'the receiver has failed for 24 hours, in which this delivery waited; no attempt was made';
    return { outcome: { outcome: 'failed', reason: 'receiver-failing' }, facts: { detail } };
  }
  return undefined;
}

/** Makes an attempt, and takes note of an endpoint that is slow. A test by an operator can only do good. */
export async function attemptWatched(
  message: DeliveryMessage,
  attempt: () => Promise<AttemptResult>,
  { endpoints, clock }: Ports,
): Promise<AttemptResult> {
  if (endpoints === undefined) {
    return attempt();
  }
  const id = message.destination_id;
  const result = await (message.is_test === true
    ? attempt()
    : watched(id, attempt, () => clock.now(), endpoints));
  // Before it is recorded: failures of the same batch that ended earlier are about to be counted.
  if (isAnswered(result.outcome)) {
    endpoints.health.sawSuccess(id, clock.now());
  }
  return result;
}

/** A refusal is an answer too, so the endpoint is up. */
function isAnswered(outcome: AttemptResult['outcome']): boolean {
  return (
    outcome.outcome === 'delivered' ||
    (outcome.outcome === 'failed' &&
      (outcome.reason === 'receiver-rejected' || outcome.reason === 'receiver-redirected'))
  );
}

/**
 * Remembers what an attempt says of the endpoint: after the record, because the worst that is lost then is a count.
 * A test by an operator can only do good.
 */
export async function noteEndpoint(
  message: DeliveryMessage,
  destination: Destination,
  outcome: AttemptResult['outcome'],
  attempt: { started_at: string; duration_ms: number },
  { endpoints, clock }: Ports,
): Promise<void> {
  if (endpoints === undefined) {
    return;
  }
  const nowMs = clock.now();
  if (isAnswered(outcome)) {
    // As it is known now: of the deliveries of a batch one may have failed, or closed it, since this one began.
    const known = endpoints.health.recall(destination.id);
    await noteSuccess(destination.id, known, endpoints.health);
    await noteDuration(destination.id, attempt.duration_ms, nowMs, known, endpoints.health);
  } else if (message.is_test === true) {
    return;
  } else if (outcome.outcome === 'retry') {
    const endedMs = Date.parse(attempt.started_at) + attempt.duration_ms;
    await noteFailure(destination.id, endedMs, nowMs, boundOf(destination), endpoints.health);
  } else if (outcome.outcome === 'failed' && outcome.reason === 'receiver-gone') {
    await endpoints.pauses.pause(destination, 'receiver-gone');
  }
}
