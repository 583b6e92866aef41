import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import type { Destination } from '../../model/config/destination.ts';
import { isVerdict, plannedBlindly, type Prepared, type Unclaimed } from '../attempt.ts';
import type { Stories } from '../ports.ts';
import { tellOnce } from '../story/tell.ts';
import { preparePost, type PostPorts } from './prepare-post.ts';

type WebhookPorts = PostPorts & {
  /** Absent where everything is told. */
  stories?: Stories;
};

/** Prepares one message to a webhook destination, unless its reader was told of the same finding before. */
export async function prepareWebhook(
  message: DeliveryMessage,
  destination: Destination,
  ports: WebhookPorts,
): Promise<Prepared | Unclaimed> {
  if (destination.channel !== 'webhook') {
    throw plannedBlindly(message, destination);
  }
  const told = await tellOnce(message, destination, ports.stories);
  return isVerdict(told) ? told : preparePost(message, destination, ports, told.note);
}
