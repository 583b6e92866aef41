import { isEnded } from '../model/wire/alert.ts';
import type { DeliveryMessage } from '../model/wire/delivery.ts';
import type { Clock } from '../world.ts';
import type { Unclaimed } from './attempt.ts';
import type { Silences } from './ports.ts';

/** Kept back: by a silence, or by an interval outside of which alerts are dropped. */
export type Silenced = Extract<Unclaimed, { verdict: 'suppressed' }>;

/**
 * The verdict over a message that a silence covers: since it was routed, or now, while it waits for a further attempt.
 *
 * The end of an alert passes, because a reader of the alert must hear of its end; it is noted, so that the summary does not count
 * the alert as one that still fires. A digest passes, because each of its alerts was checked by itself. A delivery that
 * an operator sends again, or sends as a test, passes too.
 */
export async function silencedNow(
  message: DeliveryMessage,
  { silences, clock }: { silences?: Silences; clock: Clock },
): Promise<Silenced | undefined> {
  const { round, is_test: isTest, digest, alert, outside } = message;
  if (round > 1 || isTest === true || digest !== undefined) return undefined;
  if (outside !== undefined && outside.until === undefined) {
    return { verdict: 'suppressed', reason: 'outside-interval' };
  }
  const silence = message.silence ?? (await silences?.load())?.over(alert, clock.now());
  if (silence === undefined) return undefined;
  if (isEnded(alert)) {
    await silences?.note(message, silence, { isTold: true });
    return undefined;
  }
  return { verdict: 'suppressed', reason: 'silenced', silence: { id: silence.id } };
}
