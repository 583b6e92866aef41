import type { Destination } from '../../../model/config/destination.ts';
import type { DeliveryMessage } from '../../../model/wire/delivery.ts';
import type { Clock, Random, Timer } from '../../../world.ts';
import type { Answered, Gate, Leave, Waits } from '../../attempt.ts';
import type { DestinationPauses } from '../../ports.ts';
import { hasWaitedOut } from '../../waits.ts';
import { admit, closing, comeBack, type Instant, longestOpenMs, opening, probing } from './breaker.ts';
import { failureRows } from './failure-row.ts';
import type { EndpointHealthStore, HealthChange } from './health.ts';
import { SLOW_AFTER_MS, slowing, speedingUp } from './slow.ts';

type EndpointPorts = {
  health: EndpointHealthStore;
  pauses: DestinationPauses;
  timer: Timer;
  clock: Clock;
  random: Random;
};

/**
 * The gate between webhooks and their receivers: a breaker for a receiver that fails, the slow lane for one that is
 * slow. A message that waits has a time to wait for, and a message with such a time is in the slow lane.
 *
 * A test by an operator is always made, because it has to show how the receiver is. Its failures do not count.
 */
export function endpointGate({ health, pauses, timer, clock, random }: EndpointPorts): Gate {
  const rows = failureRows(health);

  function instantOf(destination: Destination): Instant {
    return { nowMs: clock.now(), fraction: random.fraction(), longestMs: boundOf(destination) };
  }

  async function change(id: string, wanted: HealthChange | undefined): Promise<void> {
    if (wanted !== undefined) await health.change(id, wanted);
  }

  /** Makes an attempt. Its endpoint is slow from the moment it is late: other deliveries must not wait for its end. */
  async function watched(id: string, send: () => Promise<Answered>): Promise<Answered> {
    let noted: Promise<void> | undefined;
    const stop = timer.after(SLOW_AFTER_MS, () => {
      // A note that is lost leaves the endpoint healthy and costs no delivery: the next slow answer is noted.
      noted = change(id, slowing(health.recall(id), clock.now())).catch(() => undefined);
    });
    try {
      return await send();
    } finally {
      stop();
      await noted;
    }
  }

  async function noteFailure(destination: Destination, endedMs: number): Promise<void> {
    const nowMs = clock.now();
    const counted = await rows.count(destination.id, endedMs);
    if (counted !== undefined) await change(destination.id, opening(counted, nowMs, boundOf(destination)));
  }

  return {
    look: async (destinationId) => {
      const known = await health.find(destinationId);
      return (message, destination) =>
        message.is_test === true
          ? {}
          : within24Hours(
              message,
              admit(known, { isInSlowLane: message.not_before !== undefined, ...instantOf(destination) }),
              clock.now(),
            );
    },

    confirm: async (message, destination, leave) => {
      if (leave.isProbe !== true) return leave;
      const instant = instantOf(destination);
      const probe = probing(instant);
      if ((await health.change(destination.id, probe)) !== undefined) return leave;
      // Closed in the meantime: there is nothing to probe, and nothing to wait for.
      const now = await health.find(destination.id, { isFresh: true });
      return now === undefined || now.failures === 0
        ? leave
        : within24Hours(message, comeBack(probe.untilMs, instant), clock.now());
    },

    watch: async (message, send) => {
      const answered = await (message.is_test === true ? send() : watched(message.destination_id, send));
      // Before it is recorded: failures of the same batch that ended earlier are about to be counted.
      if (isUp(answered)) rows.sawSuccess(message.destination_id, clock.now());
      return answered;
    },

    learn: async (message, destination, answered, attempt) => {
      const { id } = destination;
      if (isUp(answered)) {
        const nowMs = clock.now();
        // The health of now: another delivery of the batch may have failed, or closed the breaker, since this one began.
        const known = health.recall(id);
        await change(id, closing(known));
        await change(id, speedingUp(known, attempt.duration_ms, nowMs));
      } else if (message.is_test === true) {
        return;
      } else if (answered.verdict === 'retry') {
        await noteFailure(destination, Date.parse(attempt.started_at) + attempt.duration_ms);
      } else if (answered.verdict === 'failed' && answered.reason === 'receiver-gone') {
        await pauses.pause(destination, 'receiver-gone');
      }
    },
  };
}

function boundOf(destination: Destination): number {
  return destination.channel === 'webhook' ? longestOpenMs(destination.retry) : Number.POSITIVE_INFINITY;
}

/** A delivery that has waited for the breaker for too long is claimed, and fails without an attempt. */
function within24Hours(message: DeliveryMessage, leave: Leave | Waits, nowMs: number): Leave | Waits {
  if (!('verdict' in leave) || leave.reason !== 'breaker-open' || !hasWaitedOut(message, nowMs)) {
    return leave;
  }
  const detail = 'the receiver has failed for 24 hours, in which this delivery waited; no attempt was made';
  return { instead: { verdict: 'failed', reason: 'receiver-failing', facts: { detail } } };
}

/** A refusal is an answer too, so the endpoint is up. */
function isUp(answered: Answered): boolean {
  return (
    answered.verdict === 'delivered' ||
    (answered.verdict === 'failed' &&
      (answered.reason === 'receiver-rejected' || answered.reason === 'receiver-redirected'))
  );
}
