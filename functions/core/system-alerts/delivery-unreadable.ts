import type { UnreadableConfig, UnreadableConfigError } from '../model/config/unreadable-config.ts';
import { isSystemAlert, type Alert } from '../model/wire/alert.ts';
import type { DeliveryMessage } from '../model/wire/delivery.ts';
import { nameBasedId } from '../model/wire/ids.ts';
import { detailsOfAlert, namedAlert } from './example.ts';
import { CONCERNED_DESTINATION, CONCERNED_MAIL_SERVICE, systemAlert } from './raise.ts';

/** What follows from an item that cannot be read, and what an operator can do. */
export type UnreadableWords = { consequence: string; steps: string[] };

export const NEWER = 'Was a newer version deployed before? Deploy it again; it reads what it wrote';
export const SEE_STATUS = 'See what cannot be read: tocsin status';
const REDRIVE =
  'Then send what became a dead letter: tocsin dead-letters redrive --reason configuration-unreadable';

/**
 * Tells of a delivery that ended because something that it needs cannot be read: its destination, the secret of that,
 * the recipient's suppression, or the key of the links. Undefined for the delivery of a system alert: no loops.
 */
export function unreadableDeliveryAlert(
  { destination_id: id, alert }: DeliveryMessage,
  { item, message }: UnreadableConfigError,
  sentAtMs: number,
): Alert | undefined {
  if (isSystemAlert(alert)) return undefined;
  const unreadable = item ?? { kind: 'destination' as const, id, problem: message };
  return unreadableAlert(unreadable, wordsAtDelivery(unreadable), {
    nowMs: sentAtMs,
    tenantId: alert.tenant_id,
    example: alert,
  });
}

/** What a delivery needs; everything else is in `configuration-unreadable.ts`. */
export function wordsAtDelivery({ kind, id, isSecret }: UnreadableConfig): UnreadableWords {
  if (kind === 'unsubscribe-key') {
    return {
      consequence: 'No mail goes out without a link to leave: the mails become dead letters.',
      steps: [NEWER, 'Otherwise make a new key: tocsin unsubscribe-key rotate --yes', REDRIVE],
    };
  }
  if (kind === 'suppression') {
    return {
      consequence: 'Whether the recipient wants mail cannot be read: the mails become dead letters.',
      steps: [
        `See which one it is: tocsin suppressions list --destination ${destinationOf(id)}`,
        NEWER,
        'Otherwise take it away: tocsin suppressions --help',
        REDRIVE,
      ],
    };
  }
  return {
    consequence: 'Its deliveries become dead letters.',
    steps:
      isSecret === true
        ? [
            NEWER,
            `Otherwise write it anew: a credential with tocsin destination rotate ${id}`,
            `A URL, headers or a certificate: tocsin destination update ${id} --help`,
            REDRIVE,
          ]
        : [SEE_STATUS, NEWER, `Otherwise delete it and create it again: tocsin destination delete ${id}`],
  };
}

/**
 * Tells an operator, once an hour for each item. A destination that is unreadable itself is not told.
 *
 * @param example an alert that met it on its way; undefined where none did
 */
export function unreadableAlert(
  item: UnreadableConfig,
  { consequence, steps }: UnreadableWords,
  { nowMs, tenantId, example }: { nowMs: number; tenantId: string; example: Alert | undefined },
): Alert {
  const { kind, id, name, isSecret, problem } = item;
  const what = shown(item);
  return systemAlert({
    type: 'tocsin.configuration-unreadable',
    subject: `${isSecret === true ? 'secret-of-' : ''}${kind}:${kind === 'suppression' ? nameBasedId(kind, id) : id}`,
    severity: 'critical',
    title: `The ${what} cannot be read`,
    description: `What is stored of the ${what} is not what this version writes: ${problem}. ${consequence}${example === undefined ? '' : ` ${namedAlert(example)} met it.`}`,
    steps,
    details: {
      ...(kind === 'destination' && { [CONCERNED_DESTINATION]: id }),
      ...(kind === 'suppression' && { [CONCERNED_DESTINATION]: destinationOf(id) }),
      ...(kind === 'unsubscribe-key' && { [CONCERNED_MAIL_SERVICE]: 'unsubscribe-key' }),
      kind,
      // The id of a source is a part of its URL, that of a suppression holds an address.
      ...(kind !== 'source' && kind !== 'suppression' && { id }),
      ...(name !== undefined && { name }),
      problem,
      ...(example !== undefined && detailsOfAlert(example)),
    },
    nowMs,
    tenantId,
  });
}

function shown({ kind, id, name, isSecret }: UnreadableConfig): string {
  if (kind === 'unsubscribe-key') return 'key of the unsubscribe links';
  if (kind === 'suppression') return `suppression of a recipient of ${destinationOf(id)}`;
  const called = name ?? (kind === 'source' ? 'without a name that can be read' : id);
  return `${isSecret === true ? 'secret of the ' : ''}${kind} ${called}`;
}

/** The id of a suppression is that of its destination, and the address. */
function destinationOf(id: string): string {
  return id.split(' ', 1)[0] ?? id;
}
