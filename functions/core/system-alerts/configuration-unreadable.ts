import type { UnreadableConfig, UnreadableConfigError } from '../model/config/unreadable-config.ts';
import { isSystemAlert, type Alert } from '../model/wire/alert.ts';
import type { DeliveryMessage } from '../model/wire/delivery.ts';
import { nameBasedId } from '../model/wire/ids.ts';
import { CONCERNED_DESTINATION, CONCERNED_MAIL_SERVICE, systemAlert } from './raise.ts';

const CONSEQUENCES: Record<UnreadableConfig['kind'], string> = {
  source: 'Its requests are answered with 503, so its sender must send them again.',
  destination:
    'Nothing is sent to it: its deliveries become dead letters, and can be sent again when it is mended.',
  route:
    'Its destinations get every alert that it may have matched; where it names none, every enabled destination does.',
  remediation: 'Mails go out without these steps.',
  suppression:
    'The recipient gets no mail from this destination: whether they wanted none cannot be read. The mails become dead letters.',
  'unsubscribe-key':
    'No mail is sent without a link to leave: mails become dead letters, and can be sent again when there is a key.',
};

const REDRIVE =
  'Then send what became a dead letter: tocsin dead-letters redrive --reason configuration-unreadable';

/** Tells an operator, once an hour for each item. A destination that is unreadable itself is not told. */
export function unreadableConfigAlert(item: UnreadableConfig, nowMs: number, tenantId: string): Alert {
  const { kind, id, name, isSecret, problem } = item;
  const what = shown(item);
  return systemAlert({
    type: 'tocsin.configuration-unreadable',
    subject: `${isSecret === true ? 'secret-of-' : ''}${kind}:${kind === 'suppression' ? nameBasedId(kind, id) : id}`,
    severity: 'critical',
    title: `The ${what} cannot be read`,
    description: `What is stored of the ${what} is not what this version writes: ${problem}. ${CONSEQUENCES[kind]}`,
    steps: stepsOf(item),
    details: {
      ...(kind === 'destination' && { [CONCERNED_DESTINATION]: id }),
      ...(kind === 'suppression' && { [CONCERNED_DESTINATION]: destinationOf(id) }),
      ...(kind === 'unsubscribe-key' && { [CONCERNED_MAIL_SERVICE]: 'unsubscribe-key' }),
      kind,
      // The id of a source is a part of its URL, that of a suppression holds an address.
      ...(kind !== 'source' && kind !== 'suppression' && { id }),
      ...(name !== undefined && { name }),
      problem,
    },
    nowMs,
    tenantId,
  });
}

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
  return unreadableConfigAlert(unreadable, sentAtMs, alert.tenant_id);
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

function stepsOf({ kind, id, name, isSecret }: UnreadableConfig): string[] {
  const idOrName = kind === 'source' ? (name ?? 'NAME') : id;
  const newer = 'Was a newer version deployed before? Deploy it again; it reads what it wrote';
  if (isSecret === true && kind === 'source') {
    return [newer, `Otherwise make a new secret and give it to the sender: tocsin source rotate ${idOrName}`];
  }
  if (isSecret === true) {
    return [
      newer,
      `Otherwise write it anew: a credential with tocsin destination rotate ${idOrName}`,
      `A URL, headers or a certificate: tocsin destination update ${idOrName} --help`,
      REDRIVE,
    ];
  }
  switch (kind) {
    case 'unsubscribe-key':
      return [newer, 'Otherwise make a new key: tocsin unsubscribe-key rotate --yes', REDRIVE];
    case 'suppression':
      return [
        `See which one it is: tocsin suppressions list --destination ${destinationOf(id)}`,
        newer,
        'Otherwise write it anew, or take it away: tocsin suppressions --help',
        REDRIVE,
      ];
    case 'remediation':
      return [
        'See what cannot be read: tocsin status',
        newer,
        'Otherwise write it anew: tocsin remediation set --help',
      ];
    case 'source':
    case 'destination':
    case 'route':
      return [
        'See what cannot be read: tocsin status',
        newer,
        `Otherwise delete it and create it again: tocsin ${kind} delete ${idOrName}`,
      ];
  }
}
