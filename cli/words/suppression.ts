import type { SuppressionReason } from '../../functions/core/model/wire/delivery-reasons.ts';

/** Why a delivery was not sent, for whoever asks. */
const WORDS: Record<SuppressionReason, string> = {
  'destination-deleted': 'the destination was deleted',
  'destination-disabled': 'the destination was disabled',
  'recipient-removed': 'the recipient is no longer one of the destination',
  unsubscribed: 'the recipient left by the link in a mail',
  bounced: 'mails to the recipient came back',
  complained: 'the recipient complained of a mail',
  'by-operator': 'an operator wants no mails to go there',
  silenced: 'a silence covered it',
  'outside-interval': 'it came outside of the time intervals of its route (--outside drop)',
  repeated:
    'told before, and nothing has changed since: neither did the severity rise, nor the status change, nor is it time to tell it again (--repeat)',
  'never-told': 'it ends what was never told here (--resolved if-told)',
  overtaken: 'a later alert of the same finding was told before it',
  'end-not-wanted': 'the destination takes no ends (--resolved never)',
  'already-handled':
    'somebody has handled it, the sender says; its source tells that all the same with --tell-handled',
};

/** In words where the reason is known; the reason itself otherwise: a newer version may have written it. */
export function describeSuppression(reason: string | undefined): string {
  const words = WORDS[reason as SuppressionReason] as string | undefined;
  return words ?? reason ?? 'not said';
}
