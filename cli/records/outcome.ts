import { hasGoneWrong, mailFate } from '../../functions/core/model/wire/mail-state.ts';
import { isHeld } from '../../functions/core/watch/judge-delivery.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';

/** SES tells of most mails within seconds whether they arrived or bounced; a slow receiver is not waited for. */
export const MAIL_WORD_MS = 20_000;

/** Whether the first attempt has ended, or none is to be made now. A test does not wait for a second one. */
export function hasOutcome(delivery: Delivery | undefined): boolean {
  if (delivery === undefined) return false;
  const isUnderWay = delivery.state === 'pending' || delivery.state === 'sending';
  return !isUnderWay || delivery.attempts.length > 0 || isHeld(delivery);
}

/** The mail service took the mail and has not told whether it arrived; a mail server of the operator's never tells. */
export function waitsForWord(delivery: Delivery | undefined): boolean {
  return (
    delivery !== undefined &&
    mailFate(delivery)?.state === 'accepted' &&
    delivery.attempts.at(-1)?.message_id !== undefined &&
    delivery.attempts.at(-1)?.status === undefined
  );
}

/** Delivered, and nothing that was told later says that it did not arrive. */
export function isReached(delivery: Delivery | undefined): boolean {
  if (delivery?.state !== 'delivered') return false;
  const fate = mailFate(delivery);
  return fate === undefined || !hasGoneWrong(fate);
}
