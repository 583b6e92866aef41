import type { Alert } from '../../model/wire/alert.ts';
import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import type { DigestSummary } from '../../model/wire/digest.ts';
import type { Unclaimed } from '../attempt.ts';
import type { FloodPorts } from './admit.ts';
import { closeDigest } from './close-digest.ts';
import { summarizedAlert } from './summarized-alert.ts';

/** What a message tells: its alert, or the alert that sums up a digest, and what is in that. */
type Content = { alert: Alert; summary?: DigestSummary };

/** The content of a message. One that closes a digest lets nobody into it any more, and has nothing to do where nobody joined. */
export async function contentOf(
  message: DeliveryMessage,
  floods: Pick<FloodPorts, 'digests'> | undefined,
): Promise<Content | Unclaimed> {
  const { alert, digest } = message;
  if (digest === undefined) return { alert };
  const summary = floods === undefined ? undefined : await closeDigest(digest.id, floods.digests);
  return summary === undefined
    ? { verdict: 'settled', reason: 'empty-digest' }
    : { alert: summarizedAlert(message, summary), summary };
}
