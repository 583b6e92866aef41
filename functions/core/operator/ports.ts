import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import type { DeadLetter } from '../model/wire/dead-letter.ts';
import type { Delivery, DeliveryMessage } from '../model/wire/delivery.ts';
import type { AlertFilter } from './alert-filter.ts';
import type { DeliveryFilter } from './delivery-filter.ts';
import type { ConfigOf } from '../model/config/config-of.ts';
import type { DigestMember, DigestRecord } from './digest-story.ts';
import type { RequestStory } from './request-story.ts';
import type { Remediation } from '../model/config/remediation.ts';
import type { ConfigKind, Listed, UnreadableOf } from '../model/config/unreadable-config.ts';
import type { Credential, WebhookSecret } from '../model/config/credential.ts';

/** The ports of the operator's tools; no function is given any of these. */

export type { ConfigKind };

/** An item as far as it takes to delete it: whether it can be read does not matter. */
export type Located = { kind: ConfigKind; id: string; name?: string; stored: unknown };

/** The mark of an item that a configuration file made; an item that a command made has none. */
export type MadeBy = 'apply';
/**
 * By it one command alone changes an item together with its secret. `by` is a new UUID. It runs out by itself: a command
 * may die. Changes of the item alone need none, and leave it.
 */
export type Reservation = { by: string; nowMs: number; untilMs: number };

/** The result of a write that is conditional on an earlier read. */
export type Change = 'changed' | 'changed-meanwhile' | 'not-found';

/**
 * Configuration in the table: one item each; names are unique per kind.
 *
 * Every write names what it read and changes nothing when that is not what lies in the table any more, so that of two
 * operators at once the second hears of the first.
 */
export type ConfigStore = {
  /** `name-taken` when another item of this kind has the name. `madeBy` stays with the item through every change. */
  create<K extends ConfigKind>(
    kind: K,
    item: ConfigOf<K>,
    madeBy?: MadeBy,
  ): Promise<'created' | 'name-taken'>;
  /** The ids of what `apply` made. */
  madeByApply(kind: ConfigKind): Promise<Set<string>>;
  list<K extends ConfigKind>(kind: K): Promise<Listed<ConfigOf<K>, UnreadableOf<K>>>;
  /** By id or by name. Throws `UnreadableConfigError` for what is there and cannot be read. */
  find<K extends ConfigKind>(kind: K, nameOrId: string): Promise<ConfigOf<K> | undefined>;
  /** By id or by name; reads nothing of the item but its name. */
  locate(kind: ConfigKind, nameOrId: string): Promise<Located | undefined>;
  /** Replaces the item that was read; a changed name is claimed first. */
  update<K extends ConfigKind>(
    kind: K,
    before: ConfigOf<K>,
    after: ConfigOf<K>,
  ): Promise<Change | 'name-taken'>;
  /**
   * Says that the secret of the item is another one, whatever else has changed: `version` of a destination and
   * `secretVersion` of a source count up by one.
   */
  noteNewSecret(kind: 'source' | 'destination', id: string, at: string): Promise<'changed' | 'not-found'>;
  /** Takes a reservation of the item; `reserved-already` while another command has one that has not run out. */
  reserve(
    kind: ConfigKind,
    id: string,
    reservation: Reservation,
  ): Promise<'reserved' | 'reserved-already' | 'not-found'>;
  /** Gives it back, where it is still this one's. */
  release(kind: ConfigKind, id: string, reservation: Pick<Reservation, 'by'>): Promise<void>;
  delete(item: Located): Promise<Change>;
  /** Puts back what was deleted a moment ago, as it was. */
  restore(item: Located): Promise<void>;
};

export type HistoryKind = ConfigKind | 'remediation';

/** A change of an item: its author, when and how. Values are cut, and no secret is among them. */
export type ConfigChange = {
  at: string;
  /** The ARN of the caller; `tocsin` for the gateway itself. */
  by: string;
  what: 'created' | 'changed' | 'new secret' | 'paused' | 'deleted';
  fields?: { field: string; old?: string; new?: string }[];
};

/** The last changes of an item, the oldest first; none of an item that is not known. */
export type ConfigHistory = {
  of(kind: HistoryKind, id: string): Promise<ConfigChange[]>;
  /** The last of them is who deleted it. */
  ofDeleted(kind: HistoryKind, name: string): Promise<ConfigChange[]>;
};

/** The key of the unsubscribe links, as its secret holds it. `rotatedAt`, ISO 8601, is absent before the first rotation. */
export type UnsubscribeKeySecret = { current: string; previous?: string; rotatedAt?: string };

export type UnsubscribeKeyWriter = {
  read(): Promise<Versioned<UnsubscribeKeySecret>>;
  /** The version that is there now, whatever it holds; undefined when there is no key. */
  version(): Promise<string | undefined>;
  /** Writes in the place of the version that was read; undefined: there was none. */
  replace(secret: UnsubscribeKeySecret, over: string | undefined): Promise<Saved>;
};

/** The steps that operators wrote for types of alerts, one entry per type. */
export type RemediationStore = {
  /** The most exact first. */
  list(): Promise<Listed<Remediation>>;
  /** The stored entry of a type, to be handed back with a change; undefined when there is nothing. */
  find(type: string): Promise<{ stored: unknown } | undefined>;
  /** Writes the entry in the place of what was found. */
  set(
    entry: Remediation,
    over: { stored: unknown } | undefined,
    madeBy?: MadeBy,
  ): Promise<Exclude<Change, 'not-found'>>;
  /** The types of what `apply` made. */
  madeByApply(): Promise<Set<string>>;
  remove(type: string, found: { stored: unknown }): Promise<Exclude<Change, 'not-found'>>;
};

/** A secret as it was read; a change of it names the version that it is made of. */
export type Versioned<T> = { value: T; version: string };
/** `version` is that of what was saved. */
export type Saved = { result: 'saved'; version: string } | { result: 'changed-meanwhile' };

/** Secrets by path: written by the operator's tools only. */
export type SecretWriter = {
  readSource(sourceId: string): Promise<Versioned<Credential>>;
  readDestination(destinationId: string): Promise<Versioned<WebhookSecret>>;
  /** The text of any secret of the account, by name or ARN; undefined where there is none, or no text. */
  readText(name: string): Promise<string | undefined>;
  /** The version that is there now, whatever it holds; undefined when there is no secret. */
  versionOf(kind: 'source' | 'destination', id: string): Promise<string | undefined>;
  /** Writes in the place of the version that was read; undefined: there was none. */
  saveSource(sourceId: string, credential: Credential, over: string | undefined): Promise<Saved>;
  saveDestination(destinationId: string, secret: WebhookSecret, over: string | undefined): Promise<Saved>;
  /** Leaves a secret that holds nothing, unless it has another version by now. */
  clear(kind: 'source' | 'destination', id: string, over: string): Promise<void>;
  /** At once and for good: what is deleted must not be usable, nor block its name. */
  delete(kind: 'source' | 'destination', id: string): Promise<void>;
};

/** A page of results, newest first; `next` continues where it ended. */
export type Page<T> = { items: T[]; next?: string };

export type AlertQuery = AlertFilter & {
  since: string;
  until: string;
  sourceId?: string;
  limit: number;
  after?: string;
};

export type DeliveryQuery = DeliveryFilter & {
  since: string;
  until: string;
  destinationId: string;
  limit: number;
  after?: string;
};

/** An id that was looked for by its beginning, and what it is of; `alertId` of a delivery that has no row yet. */
export type BegunId = { kind: 'alert' | 'delivery' | 'request' | 'digest'; id: string; alertId?: string };

export type GatewayRecords = {
  alerts(query: AlertQuery): Promise<Page<RoutedAlert>>;
  alert(id: string): Promise<{ routed: RoutedAlert; deliveries: Delivery[] } | undefined>;
  deliveries(query: DeliveryQuery): Promise<Page<Delivery>>;
  delivery(id: string): Promise<Delivery | undefined>;
  /** Undefined for an id that is no digest's, or of one that is stored no longer. */
  digest(id: string): Promise<DigestRecord | undefined>;
  /** The members of a digest, in the order of its pages; a digest that joined a storm is one of the storm's members. */
  digestMembers(query: { id: string; limit: number; after?: string }): Promise<Page<DigestMember>>;
  /** A request by its id, as long as its record is kept. */
  request(id: string): Promise<RequestStory | undefined>;
  /** Requests with an alert that no router has stored and no letter tells of, the oldest first. */
  openRequests(): Promise<RequestStory[]>;
  /** Deliveries that had not ended when the watcher looked, as they are now: a thousand at most. */
  openDeliveries(): Promise<Delivery[]>;
  /** Ids since then that begin so: of alerts and requests, of deliveries to these destinations, and of their digests. */
  idsBeginning(query: {
    prefix: string;
    since: string;
    destinationIds: readonly string[];
  }): Promise<BegunId[]>;
  /** Stores an alert that the operator made, or what is planned beyond what was: nothing that is planned is taken away. */
  putAlert(routed: RoutedAlert): Promise<void>;
};

/** The deliveries that operators sent, for the audit. */
export type SentDeliveries = {
  /** A delivery that was sent before counts from now on. */
  note(messages: readonly DeliveryMessage[], at: string): Promise<void>;
};

export type OrganizationAccount = { id: string; name: string };

/** The organization that the operator's AWS account belongs to. */
export type Organization = {
  /** Some at a time, none of them where a page is empty. */
  accounts(): AsyncIterable<OrganizationAccount[]>;
  tags(accountId: string): Promise<Record<string, string>>;
};

/** The topic that the alarms of a stack are published to. */
export type OperatorTopic = {
  subscriptions(): Promise<{ arn: string; confirmed: number; pending: number }>;
};

export type DeadLetterQueues = {
  /** Every message that is visible now, each once; they become visible again after `visibilitySeconds`. */
  read(options: { visibilitySeconds: number }): AsyncIterable<DeadLetter>;
  /** Makes a message that was read visible again. */
  release(letter: DeadLetter): Promise<void>;
  /** Sends the message back to the queue it is for, and deletes it here only after that was acknowledged. */
  redrive(letter: DeadLetter): Promise<void>;
  /**
   * How many letters cannot be read now, because another reader has them. SQS's count is approximate.
   */
  hidden(): Promise<number>;
};

export type QueueDepths = {
  depths(): Promise<{ name: string; visible: number; inFlight: number; delayed: number }[]>;
};

/** The state of the account at the mail service that mails go out from. */
export type MailAccount = {
  /**
   * `Success`, `Pending`, `Failed`, `TemporaryFailure` or `NotStarted`, by identity: an address or a domain. What the
   * service does not know is left out.
   */
  verification(identities: string[]): Promise<Map<string, string>>;
  /** The same words, or `off`, for the DKIM signature of an identity. */
  dkim(identity: string): Promise<string>;
  /** Mails in 24 hours; `perDay` is -1 where there is no limit. */
  sending(): Promise<{ isEnabled: boolean; perDay: number; sentLastDay: number }>;
};

/** The rules of a local run. `bus` is the default one when left out. */
export type LocalEvents = {
  /** Hands them an event; answers with the names of the rules that it fits. */
  put(event: object, bus?: string): Promise<{ eventId: string; rules: string[] }>;
};
