import type { DeliveryMessage } from '../model/wire/delivery.ts';
import type { RetryQueue } from './ports.ts';

/** The longest SQS hides a message. */
const MAX_HOP_SECONDS = 900;

/**
 * Sends a message that waits for `seconds`. SQS hides it for 900 s at most; a longer wait hops towards its
 * `not_before`, and the message says how much of the wait is left when SQS shows it.
 */
export async function sendToWait(
  message: DeliveryMessage,
  seconds: number,
  retries: Pick<RetryQueue, 'sendLater'>,
): Promise<void> {
  const hopSeconds = Math.min(MAX_HOP_SECONDS, seconds);
  const left = Math.max(0, Math.ceil(seconds - hopSeconds));
  await retries.sendLater({ ...message, wait_left_seconds: left }, hopSeconds);
}

/**
 * How long a message that was shown has still to wait.
 *
 * By the clock, but never longer than what was left of its wait when it was sent: SQS counts with its own clock, and a
 * clock of ours that jumps back by two hours must not hold deliveries for two hours.
 */
export function waitLeftMs(message: DeliveryMessage, nowMs: number): number {
  if (message.not_before === undefined) return 0;
  const byTheClock = Date.parse(message.not_before) - nowMs;
  return message.wait_left_seconds === undefined
    ? byTheClock
    : Math.min(byTheClock, message.wait_left_seconds * 1_000);
}
