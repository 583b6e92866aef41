import { relativeTime } from './time.ts';
import type { DeadLetter } from '../functions/core/operator-ports.ts';
import type { Column } from './table.ts';

/** A dead letter as JSON; without its body, which holds the whole alert. */
export function deadLetterView(letter: DeadLetter, nameOf: (id: string) => string): object {
  const { delivery } = letter;
  return {
    queue: letter.queue,
    message_id: letter.messageId,
    sent_at: letter.sentAt,
    reason: letter.reason,
    detail: letter.detail ?? null,
    destination_id: delivery?.destination_id ?? null,
    destination_name: delivery === undefined ? null : nameOf(delivery.destination_id),
    delivery_id: delivery?.delivery_id ?? null,
    alert_id: delivery?.alert_id ?? null,
    alert_title: delivery?.alert.title ?? null,
    attempts: attemptsMade(letter) ?? null,
  };
}

/**
 * A dead letter lies in its queue as the attempt that a redrive would make, unless SQS itself moved it there: then
 * nobody could say why.
 */
function attemptsMade({ delivery, reason, detail }: DeadLetter): number | undefined {
  if (delivery === undefined) return undefined;
  return reason === 'pipeline-fault' && detail === undefined ? delivery.attempt : delivery.attempt - 1;
}

export function deadLetterColumns(nameOf: (id: string) => string, nowMs: number): Column<DeadLetter>[] {
  return [
    { title: 'QUEUE', value: (letter) => letter.queue },
    { title: 'AGE', value: (letter) => relativeTime(letter.sentAt, nowMs).replace(/ ago$/, '') },
    {
      title: 'DESTINATION',
      value: (letter) => (letter.delivery === undefined ? '' : nameOf(letter.delivery.destination_id)),
      shrinks: true,
    },
    {
      title: 'ALERT',
      value: (letter) =>
        letter.delivery?.alert.title ??
        (letter.queue === 'alerts' ? '(accepted alerts, not routed yet)' : '(unreadable)'),
      shrinks: true,
    },
    { title: 'REASON', value: (letter) => letter.reason },
    { title: 'TRIES', value: (letter) => attemptsMade(letter)?.toString() ?? '' },
  ];
}
