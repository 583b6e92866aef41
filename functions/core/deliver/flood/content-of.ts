import type { Alert } from '../../model/wire/alert.ts';
import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import type { DigestSummary } from '../../model/wire/digest.ts';
import type { Unclaimed } from '../attempt.ts';
import type { FloodPorts } from './admit.ts';
import { closeDigest } from './close-digest.ts';
import { summarizedAlert } from './summarized-alert.ts';

/** The alert that a message tells: its own, or the one that sums up a digest, with the summary. */
type Content = { alert: Alert; summary?: DigestSummary };

/** The content of a message. A message that closes a digest seals it first; it is settled where no delivery joined. */
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
