import type { Delivery } from './delivery.ts';
import type { MailEvent } from './mail-event.ts';

/** What is known of a mail after the mail service took it, from the best to the worst that can still be said. */
export const MAIL_STATES = ['accepted', 'delayed', 'arrived', 'rejected', 'bounced', 'complained'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** The event that decides is there for everything but `accepted`. */
export type MailFate = { state: MailState; event?: MailEvent };

/** A later word of the service never makes good again what an earlier one said: events come in any order. */
const WORST_FIRST: [state: MailState, isTold: (event: MailEvent) => boolean][] = [
  // A reader who took the mail out of the spam folder is reported as a complaint too.
  ['complained', ({ type, detail }) => type === 'complaint' && detail?.startsWith('not-spam') !== true],
  ['bounced', ({ type }) => type === 'bounce'],
  ['rejected', ({ type }) => type === 'reject' || type === 'rendering-failure'],
  ['arrived', ({ type }) => type === 'delivery'],
  ['delayed', ({ type }) => type === 'delivery-delay'],
];

/**
 * What became of the mail of a delivery. Its state `delivered` says that the mail service took the mail; this says
 * what the service told afterwards. Undefined for what is no mail, or was not taken.
 *
 * A delivery that was made again has several mails; the last one counts.
 */
export function mailFate(
  delivery: Pick<Delivery, 'channel' | 'state' | 'attempts' | 'mail_events'>,
): MailFate | undefined {
  if (delivery.channel !== 'email' || delivery.state !== 'delivered') {
    return undefined;
  }
  const messageId = delivery.attempts.findLast(({ outcome }) => outcome === 'delivered')?.message_id;
  const events = (delivery.mail_events ?? []).filter(
    ({ message_id: id }) => messageId === undefined || id === messageId,
  );
  for (const [state, isTold] of WORST_FIRST) {
    const event = events
      .filter(isTold)
      .toSorted((a, b) => a.at.localeCompare(b.at))
      .at(-1);
    if (event !== undefined) return { state, event };
  }
  return { state: 'accepted' };
}

/** Whether the mail service took the mail and could not hand it over: it reached nobody. */
export function hasComeBack(delivery: Parameters<typeof mailFate>[0]): boolean {
  const state = mailFate(delivery)?.state;
  return state === 'rejected' || state === 'bounced';
}

/** Whether the mail is known not to have reached a reader who wants it. */
export function hasGoneWrong({ state }: MailFate): boolean {
  return state === 'rejected' || state === 'bounced' || state === 'complained';
}
