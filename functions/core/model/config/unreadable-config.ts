import type { Channel } from './destination.ts';
import type { Route } from './route.ts';
import type { Severity } from '../wire/severity.ts';

export type ConfigKind = 'source' | 'destination' | 'route' | 'silence' | 'interval' | 'lookup';

/**
 * Configuration that is there and that this version cannot read: damaged by hand, or written by a newer version.
 *
 * It never counts as absent. The other fields tell what can be seen of it.
 */
export type UnreadableConfig = {
  kind: ConfigKind | 'remediation' | 'suppression' | 'unsubscribe-key';
  id: string;
  name?: string;
  /** The item can be read, and the secret that belongs to it cannot. */
  isSecret?: true;
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
  readonly item: UnreadableConfig | undefined;

  constructor(message: string, item?: UnreadableConfig) {
    super(message);
    this.name = 'UnreadableConfigError';
    this.item = item;
  }
}

/** There is no such secret. The message names the secret, which is no secret itself. */
export class SecretNotFoundError extends UnreadableConfigError {
  constructor(name: string, of?: Omit<UnreadableConfig, 'problem'>) {
    super(
      `secret "${name}" does not exist`,
      of === undefined ? undefined : { ...of, problem: 'it does not exist' },
    );
    this.name = 'SecretNotFoundError';
  }
}

/** `destination "siem" (dst_…) cannot be read: url is missing; expected a string` */
export function describeUnreadable({ kind, id, name, isSecret, problem }: UnreadableConfig): string {
  if (kind === 'unsubscribe-key') return `the key of the unsubscribe links cannot be read: ${problem}`;
  const called = name === undefined ? JSON.stringify(id) : `${JSON.stringify(name)} (${id})`;
  return `${isSecret === true ? 'the secret of ' : ''}${kind} ${called} cannot be read: ${problem}`;
}

/** The same for a log: the id of a source is a part of its URL, which may be all that its sender must know. */
export function describeWithoutId(item: UnreadableConfig): string {
  const { kind, name, problem } = item;
  if (kind !== 'source') return describeUnreadable(item);
  return `${kind}${name === undefined ? '' : ` ${JSON.stringify(name)}`} cannot be read: ${problem}`;
}
