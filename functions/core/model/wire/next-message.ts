import { type Alert, isCanary } from './alert.ts';
import type { RoutedAlert } from './accepted-alerts.ts';
import { firstAttempt, type Delivery, type DeliveryMessage } from './delivery.ts';

/**
 * The alert as one destination is told of it. What ends with a lower severity than the destination takes was graver when it was told
 * there: the severity of the end is not said to be what it was.
 */
export function alertFor(
  { alert, trace }: Pick<RoutedAlert, 'alert' | 'trace'>,
  destinationId: string,
): Alert {
  const isPerhaps = trace.some(
    ({ destination_id: id, because }) => id === destinationId && because === 'perhaps-told-before',
  );
  return isPerhaps ? { ...alert, is_severity_assumed: true } : alert;
}

/**
 * The message of a delivery's next attempt, for a delivery whose own message is lost or used up.
 *
 * A delivery that waits keeps its round: of this message and its own one, the first is claimed and the other finds the
 * attempt taken.
 */
export function nextMessage(routed: RoutedAlert, delivery: Delivery): DeliveryMessage {
  const { alert, deliveries } = routed;
  const { id, destination_id: destinationId, channel, recipient, silence, outside } = delivery;
  const isPrivate = deliveries.find((planned) => planned.id === id)?.is_private;
  const isOver = delivery.state !== 'pending' && delivery.state !== 'sending';
  const attempt = delivery.attempt + 1;
  return {
    ...firstAttempt(
      alertFor(routed, destinationId),
      {
        id,
        destinationId,
        channel,
        ...(isPrivate === true && { isPrivate }),
        ...(recipient !== undefined && { recipient }),
        // What an operator sends again is told.
        ...(silence !== undefined && !isOver && { silence }),
        ...(outside !== undefined && !isOver && { outside }),
      },
      delivery.created_at,
    ),
    attempt,
    round: isOver ? delivery.round + 1 : delivery.round,
    first_attempt: attempt,
    ...(delivery.state === 'delivered' && { is_again: true }),
    ...(isCanary(alert) && { is_test: true }),
  };
}
