import { watchedMessage } from '../model/wire/watched.ts';
import type { DeliveryQueue } from '../route/ports.ts';
import { OVERDUE_AFTER_MS } from '../watch/judge-delivery.ts';
import type { WatchList } from '../watch/ports.ts';
import type { Clock } from '../world.ts';
import type { SentDeliveries } from './ports.ts';

/**
 * The delivery queues as an operator uses them, for tests and replays. Each message is put on the watch list before it is
 * sent: no router has decided on it, and a row may say how an earlier round ended, so nothing else would miss it. That
 * ends with the delivery; what was sent stays noted for the audit.
 */
export function watchedDeliveryQueue(
  queue: DeliveryQueue,
  watchList: Pick<WatchList, 'keep'>,
  sent: SentDeliveries,
  clock: Clock,
): DeliveryQueue {
  return {
    enqueue: async (messages) => {
      const nowMs = clock.now();
      const lookAt = new Date(nowMs + OVERDUE_AFTER_MS).toISOString();
      const at = new Date(nowMs).toISOString();
      await sent.note(messages, at);
      await watchList.keep(messages.map((message) => ({ watched: watchedMessage(message, at), lookAt })));
      await queue.enqueue(messages);
    },
  };
}
