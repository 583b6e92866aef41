import type { DeferralReason, DeliveryMessage } from '../model/wire/delivery.ts';
import type { Clock, Random } from '../world.ts';

/** How long an attempt is put back in all, in one round, before the delivery is dead: nothing circles for ever. */
const MAX_WAIT_MS = 24 * 3_600_000;
/**
 * The first wait, and the longest, before jitter. A rate is over within seconds, unless many mails wait for it; of
 * a day's quota a little comes back all the time. SES itself asks for waits of up to ten minutes:
 * https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html (read 2026-11-21)
 */
const STEPS_SECONDS: Record<DeferralReason, { first: number; longest: number }> = {
  'mail-throttled': { first: 10, longest: 300 },
  'mail-quota-exhausted': { first: 600, longest: 600 },
};
/** What was refused together must not come back together: each wait is multiplied by 0.5 to 1.5. */
const JITTER_LEAST = 0.5;

/**
 * The same attempt, for later: it was not made, because the mail service takes nothing now. Undefined once it was put
 * back for 24 hours.
 *
 * `mail-throttled`: 10 · 20 · 40 · 80 · 160 · 300 s, `mail-quota-exhausted`: 600 s, each times 0.5 to 1.5.
 */
export function putBack(
  message: DeliveryMessage,
  reason: DeferralReason,
  { clock, random }: { clock: Clock; random: Random },
): { message: DeliveryMessage; delaySeconds: number; dueAt: string } | undefined {
  const nowMs = clock.now();
  const since = message.deferred_since ?? new Date(nowMs).toISOString();
  if (nowMs - Date.parse(since) >= MAX_WAIT_MS) {
    return undefined;
  }
  const times = message.deferrals ?? 0;
  const { first, longest } = STEPS_SECONDS[reason];
  const delaySeconds =
    Math.min(longest, first * 2 ** Math.min(times, 10)) * (JITTER_LEAST + random.fraction());
  const dueAt = new Date(nowMs + delaySeconds * 1000).toISOString();
  return {
    message: { ...message, not_before: dueAt, deferred_since: since, deferrals: times + 1 },
    delaySeconds,
    dueAt,
  };
}
