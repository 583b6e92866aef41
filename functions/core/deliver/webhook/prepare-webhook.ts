import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import { type Destination, isChat } from '../../model/config/destination.ts';
import { isVerdict, plannedBlindly, type Prepared, type Unclaimed } from '../attempt.ts';
import { admit, rejoinDigest, type FloodPorts } from '../flood/admit.ts';
import { closeDigest } from '../flood/close-digest.ts';
import { summarizedAlert } from '../flood/summarized-alert.ts';
import { wanted } from '../flood/wanted.ts';
import type { Stories } from '../ports.ts';
import { tellOnce } from '../story/tell.ts';
import { preparePost, type PostPorts } from './prepare-post.ts';

type WebhookPorts = PostPorts & {
  /** Absent where everything is told. */
  stories?: Stories;
  /** Absent where nothing limits what a chat gets. */
  floods?: FloodPorts;
};

/**
 * Prepares one message to a webhook destination, unless its reader was told of the same finding before.
 *
 * In a chat it is decided as well whether it goes out by itself or into a digest (`flood/`). Every other receiver gets
 * every alert as it comes; a digest reaches one only where a chat became something else meanwhile. A test by an operator
 * always goes out.
 */
export async function prepareWebhook(
  message: DeliveryMessage,
  destination: Destination,
  ports: WebhookPorts,
): Promise<Prepared | Unclaimed> {
  if (destination.channel !== 'webhook') {
    throw plannedBlindly(message, destination);
  }
  const { floods } = ports;
  const { digest } = message;
  const summary =
    digest === undefined || floods === undefined ? undefined : await closeDigest(digest.id, floods.digests);
  if (digest !== undefined && summary === undefined) {
    return { verdict: 'settled', reason: 'empty-digest' };
  }
  // Before the flood: what is not told joins no digest, and what joins one is told by it.
  const told = await tellOnce(message, destination, ports.stories);
  if (isVerdict(told)) return told;
  const alert = summary === undefined ? message.alert : summarizedAlert(message, summary);
  const isLimited = floods !== undefined && message.is_test !== true && isChat(destination.format);
  const post = async () =>
    preparePost({ ...message, alert }, destination, ports, {
      ...(told.note !== undefined && { story: told.note }),
      ...(summary !== undefined && { summary }),
    });
  if (!isLimited) return post();
  const wish = wanted({
    message,
    alert,
    ...(summary !== undefined && { summary }),
    quota: 'ample',
    isDigesting: destination.isDigesting !== false,
    isOver: told.note?.ended !== undefined,
  });
  const elsewhere = await admit(wish, floods);
  return elsewhere ?? { ...(await post()), rejoin: async () => rejoinDigest(wish, floods) };
}
