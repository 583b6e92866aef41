import { idsOf } from '../core/model/wire/dead-letter.ts';
import { recordDeadLetters, type RecordDeadLettersPorts } from '../core/watch/record-dead-letters.ts';
import { endSilences, type EndSilencesPorts } from '../core/watch/end-silences.ts';
import { watchDeliveries } from '../core/watch/watch-deliveries.ts';
import type { WatchDeliveriesPorts } from '../core/watch/watch-run.ts';
import type { EventLog } from '../core/world.ts';

/**
 * Runs on a schedule and takes nothing from its event. Dead letters come first: what is dead is not lost. What failed
 * fails the run, after everything else was done: Lambda repeats it, and an alarm watches for errors.
 */
export function watchDeliveriesHandler(
  ports: RecordDeadLettersPorts & WatchDeliveriesPorts & EndSilencesPorts & { log: EventLog },
): () => Promise<void> {
  return async () => {
    const letters = await recordDeadLetters(ports);
    for (const letter of letters.recorded) {
      const { alertIds, deliveryIds, requestId } = idsOf(letter);
      ports.log.error('dead-letter.recorded', {
        queue: letter.queue,
        requestId,
        alertId: alertIds[0],
        alerts: alertIds.length,
        deliveryId: deliveryIds[0],
        destinationId: letter.delivery?.destination_id,
      });
    }
    for (const { letter, error } of letters.failures) {
      ports.log.error('dead-letter.not-recorded', {
        queue: letter.queue,
        messageId: letter.messageId,
        error,
      });
    }
    const watched = await watchDeliveries(ports, { mayBeLost: letters.isComplete });
    for (const { alert_id: alertId, delivery_id: deliveryId, destination_id, attempt } of watched.resent) {
      ports.log.error('delivery.resent', { alertId, deliveryId, destinationId: destination_id, attempt });
    }
    for (const { id: alertId, type } of watched.raisedAgain)
      ports.log.error('alert.raised-again', { alertId, type });
    for (const { requestId } of watched.lost) ports.log.error('request.lost', { requestId });
    ports.log.info('deliveries.watched', {
      letters: letters.read,
      recorded: letters.recorded.length,
      requests: watched.requests,
      open: watched.open,
      released: watched.released.length,
      doubted: watched.doubted.length,
      lookedAtUntil: watched.lookedAtUntil,
    });
    for (const ended of await endSilences(ports)) ports.log.info('silence.ended', ended);
    if (letters.failures.length > 0) {
      throw new Error(
        `${letters.failures.length} dead letters could not be recorded; see dead-letter.not-recorded`,
      );
    }
  };
}
