import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import { type Destination, isChat } from '../../model/config/destination.ts';
import { isVerdict, plannedBlindly, type Prepared, type Unclaimed } from '../attempt.ts';
import type { FloodPorts } from '../flood/admit.ts';
import { contentOf } from '../flood/content-of.ts';
import { passFlood } from '../flood/pass-flood.ts';
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
 * every alert as it comes; a digest reaches one only where a chat became something else meanwhile.
 */
export async function prepareWebhook(
  message: DeliveryMessage,
  destination: Destination,
  ports: WebhookPorts,
): Promise<Prepared | Unclaimed> {
  if (destination.channel !== 'webhook') {
    throw plannedBlindly(message, destination);
  }
  const content = await contentOf(message, ports.floods);
  if (isVerdict(content)) return content;
  // Before the flood: what is not told joins no digest, and what joins one is told by it.
  const told = await tellOnce(message, destination, ports.stories);
  if (isVerdict(told)) return told;
  const isDigesting = destination.isDigesting !== false;
  const isOver = told.note?.ended !== undefined;
  const wish = { message, ...content, quota: 'ample' as const, isDigesting, isOver };
  const passed = isChat(destination.format) ? await passFlood(wish, ports.floods) : {};
  if (isVerdict(passed)) return passed;
  const { alert, summary } = content;
  const prepared = await preparePost({ ...message, alert }, destination, ports, {
    ...(told.note !== undefined && { story: told.note }),
    ...(summary !== undefined && { summary }),
  });
  return { ...prepared, ...passed };
}
