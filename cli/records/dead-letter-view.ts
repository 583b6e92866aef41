import { tocsinCommand } from '../../functions/core/text/command-line.ts';
import { hint } from '../words/hint.ts';
import { relativeTime } from '../words/time.ts';
import { idsOf, type DeadLetter } from '../../functions/core/model/wire/dead-letter.ts';
import type { Column } from '../screen/table.ts';

/**
 * A dead letter as JSON; without its body, which holds the whole alert. `alert_id`, `alert_title` and `delivery_id` are
 * null where there is not exactly one.
 */
export function deadLetterView(letter: DeadLetter, nameOf: (id: string) => string): object {
  const { delivery, accepted } = letter;
  const { alertIds, deliveryIds, requestId } = idsOf(letter);
  return {
    queue: letter.queue,
    message_id: letter.messageId,
    sent_at: letter.sentAt,
    reason: letter.reason,
    detail: letter.detail ?? null,
    destination_id: delivery?.destination_id ?? null,
    destination_name: delivery === undefined ? null : nameOf(delivery.destination_id),
    delivery_id: only(deliveryIds) ?? null,
    alert_id: only(alertIds) ?? null,
    alert_title: delivery?.alert.title ?? only(accepted?.alerts ?? [])?.title ?? null,
    alert_ids: alertIds,
    delivery_ids: deliveryIds,
    request_id: requestId ?? null,
    attempts: attemptsMade(letter) ?? null,
  };
}

function only<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}

/**
 * A dead letter lies in its queue as the attempt that a redrive would make, unless SQS itself moved it there and nobody
 * has recorded that yet.
 */
function attemptsMade({ delivery, isUnrecorded }: DeadLetter): number | undefined {
  if (delivery === undefined) return undefined;
  return isUnrecorded ? delivery.attempt : delivery.attempt - 1;
}

/** The subject of a letter, in words. */
function describeContent({ queue, delivery, accepted, mail, event }: DeadLetter): string {
  if (delivery !== undefined) return delivery.alert.title;
  if (mail !== undefined) return `(what SES told of a mail) ${mail.alertId}`;
  if (event !== undefined) return `(event of AWS) ${event.title} ${event.id}`;
  const [first] = accepted?.alerts ?? [];
  if (accepted === undefined || first === undefined) return `(unreadable, of the queue ${queue})`;
  const count = accepted.alerts.length;
  return `${count === 1 ? 'not routed' : `${count} not routed`}: ${first.title ?? first.id}`;
}

export function deadLetterColumns(nameOf: (id: string) => string, nowMs: number): Column<DeadLetter>[] {
  return [
    { title: 'AGE', value: (letter) => relativeTime(letter.sentAt, nowMs).replace(/ ago$/, '') },
    {
      title: 'DESTINATION',
      value: (letter) => (letter.delivery === undefined ? '' : nameOf(letter.delivery.destination_id)),
      shrinks: true,
    },
    { title: 'ALERT', value: describeContent, shrinks: true, mayDrop: true },
    { title: 'REASON', value: (letter) => letter.reason, shrinks: true, floor: 20 },
    { title: 'QUEUE', value: (letter) => letter.queue, mayDrop: true },
    { title: 'TRIES', value: (letter) => attemptsMade(letter)?.toString() ?? '', mayDrop: true },
    // The id that `why`, `alerts show` and `audit report` take; for several alerts that of the request that brought them.
    { title: 'ALERT ID', value: idToAskAbout },
  ];
}

function idToAskAbout(letter: DeadLetter): string {
  const { alertIds, requestId } = idsOf(letter);
  return only(alertIds) ?? requestId ?? '';
}

/** The redrive that moves these letters and as few others as possible. */
export function narrowestRedrive(letters: readonly DeadLetter[], nameOf: (id: string) => string): string {
  const destination = shared(letters.map(({ delivery }) => delivery?.destination_id));
  const reason = shared(letters.map((letter) => letter.reason));
  const flags = [
    ...(destination === undefined ? [] : ['--destination', nameOf(destination)]),
    ...(reason === undefined ? [] : ['--reason', reason]),
  ];
  return hint(tocsinCommand('dead-letters', 'redrive', ...(flags.length === 0 ? ['--all'] : flags)));
}

/** The value that all of them have; undefined where they differ. */
function shared<T>(values: readonly (T | undefined)[]): T | undefined {
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}
