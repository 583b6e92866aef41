import type { Alert } from '../wire/alert.ts';
import type { Channel } from './destination.ts';
import type { Route } from './route.ts';
import type { Severity } from '../wire/severity.ts';
import { CONCERNED_DESTINATION, systemAlert } from '../system-alert.ts';

export type ConfigKind = 'source' | 'destination' | 'route';

/**
 * Configuration that is there and that this version cannot read: damaged by hand, or written by a newer version.
 *
 * It never counts as absent. The other fields tell what can be seen of it.
 */
export type UnreadableConfig = {
  kind: ConfigKind | 'remediation' | 'suppression';
  id: string;
  name?: string;
  /** In words: `auth.type is "oauth"; expected one of hmac, bearer, mtls, none`. No value of it can be a secret. */
  problem: string;
};

/** What can be read of a list, and what cannot: neither is ever left out. */
export type Listed<T, U extends UnreadableConfig = UnreadableConfig> = { readable: T[]; unreadable: U[] };

export type UnreadableOf<K extends ConfigKind> = K extends 'route'
  ? UnreadableRoute
  : K extends 'destination'
    ? UnreadableDestination
    : UnreadableConfig;

export type UnreadableDestination = UnreadableConfig & {
  kind: 'destination';
  channel?: Channel;
  /** Addresses. */
  recipients: string[];
  minSeverity?: Severity;
  /** The operator switched it off, which can be read. */
  isDisabled: boolean;
};

export type UnreadableRoute = UnreadableConfig & {
  kind: 'route';
  /** Every id of a destination that stands anywhere in the item; none is found in an item that lost them. */
  destinationIds: string[];
  /** The parts that can be read: at least as wide as what the operator wrote. */
  condition: Route['condition'];
};

/** Thrown where configuration, or the secret that belongs to it, is needed and cannot be read. */
export class UnreadableConfigError extends Error {
  readonly item: Pick<UnreadableConfig, 'kind' | 'id' | 'name' | 'problem'> | undefined;

  constructor(message: string, item?: UnreadableConfig) {
    super(message);
    this.name = 'UnreadableConfigError';
    this.item = item;
  }
}

/** `destination "siem" (dst_…) cannot be read: url is missing; expected a string` */
export function describeUnreadable({ kind, id, name, problem }: UnreadableConfig): string {
  const called = name === undefined ? JSON.stringify(id) : `${JSON.stringify(name)} (${id})`;
  return `${kind} ${called} cannot be read: ${problem}`;
}

/** The same for a log: the id of a source is a part of its URL, which may be all that its sender must know. */
export function describeWithoutId(item: UnreadableConfig): string {
  const { kind, name, problem } = item;
  if (kind !== 'source') return describeUnreadable(item);
  return `${kind}${name === undefined ? '' : ` ${JSON.stringify(name)}`} cannot be read: ${problem}`;
}

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
