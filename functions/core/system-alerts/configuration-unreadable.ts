import type { UnreadableConfig, UnreadableConfigError } from '../model/config/unreadable-config.ts';
import { isSystemAlert, type Alert } from '../model/wire/alert.ts';
import type { DeliveryMessage } from '../model/wire/delivery.ts';
import { CONCERNED_DESTINATION, systemAlert } from './raise.ts';

const CONSEQUENCES: Record<UnreadableConfig['kind'], string> = {
  source: 'Its requests are answered with 503, so its sender must send them again.',
  destination:
    'Nothing is sent to it: its deliveries become dead letters, and can be sent again when it is mended.',
  route:
    'Its destinations get every alert that it may have matched; where it names none, every enabled destination does.',
  remediation: 'Mails go out without these steps.',
  suppression: 'The recipient gets no mail from this destination: whether they wanted none cannot be read.',
};

/** Tells an operator, once an hour for each item. A destination that is unreadable itself is not told. */
export function unreadableConfigAlert(item: UnreadableConfig, nowMs: number, tenantId: string): Alert {
  const { kind, id, name, problem } = item;
  const shown = kind === 'source' ? (name ?? 'without a name that can be read') : (name ?? id);
  // As in a log: the id of a source is no name.
  const idOrName = kind === 'source' ? (name ?? 'NAME') : id;
  return systemAlert({
    type: 'tocsin.configuration-unreadable',
    subject: `${kind}:${id}`,
    severity: 'critical',
    title: `The ${kind} ${shown} cannot be read`,
    description: `What is stored of the ${kind} ${shown} is not what this version writes: ${problem}. ${CONSEQUENCES[kind]}`,
    steps: [
      'See what cannot be read: tocsin status',
      'Was a newer version deployed before? Deploy it again; it reads what it wrote',
      ...(kind === 'remediation' || kind === 'suppression'
        ? [`Write it anew: tocsin ${kind === 'remediation' ? 'remediation set' : 'suppressions add'} --help`]
        : [`Otherwise delete it and create it again: tocsin ${kind} delete ${idOrName}`]),
    ],
    details: {
      ...(kind === 'destination' && { [CONCERNED_DESTINATION]: id }),
      kind,
      ...(kind !== 'source' && { id }),
      ...(name !== undefined && { name }),
      problem,
    },
    nowMs,
    tenantId,
  });
}

/**
 * Tells of a delivery that ended because its destination, or the secret of it, cannot be read. Undefined for the
 * delivery of a system alert: no loops.
 */
export function unreadableDeliveryAlert(
  { destination_id: id, alert }: DeliveryMessage,
  error: UnreadableConfigError,
  sentAtMs: number,
): Alert | undefined {
  if (isSystemAlert(alert)) return undefined;
  // Of a secret or a suppression, too, the destination is what an operator knows, and what is told to the others.
  const item = {
    kind: 'destination',
    id,
    ...(error.item?.kind === 'destination' && error.item.name !== undefined && { name: error.item.name }),
    problem: error.item?.kind === 'destination' ? error.item.problem : error.message,
  } as const;
  return unreadableConfigAlert(item, sentAtMs, alert.tenant_id);
}
