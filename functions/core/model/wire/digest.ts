import { deliveryId, nameBasedId } from './ids.ts';
import type { Severity } from './severity.ts';

/**
 * `window`: what followed the first alert of a key, window by window. `storm`: what one addressee could not be sent
 * by itself, whatever its key.
 */
type DigestKind = 'window' | 'storm';

/** Whom the messages of one flow reach: one recipient of an e-mail destination, or a chat. */
export type Addressee = { destinationId: string; recipient?: string };

/** A digest as its message carries it: everything that its members agree on before anybody has joined. */
export type Digest = {
  /** Derived from the addressee, the key and the instant: every worker names the same one. */
  id: string;
  kind: DigestKind;
  opened_at: string;
  /** Nothing joins after it, and the digest goes out. */
  closes_at: string;
};

/** Where a delivery is written down: in one page of one digest, and in no other. */
export type DigestPlace = { digestId: string; page: number };

/** Why a delivery is not a message of its own. */
export type HeldBecause = 'flood' | 'hourly-limit' | 'mail-quota' | 'outside-interval';

/** What a digest keeps of a delivery that joined it. A digest that joined a storm stands for several alerts. */
export type DigestEntry = {
  alertId: string;
  /** Entries with the same key are one line of the digest. */
  key: string;
  severity: Severity;
  title: string;
  sourceName: string;
  count: number;
  /** Where it stands for more than one: how many of each. */
  bySeverity?: Partial<Record<Severity, number>>;
  /** When the first and the last of them were received. */
  firstAt: string;
  lastAt: string;
  because: HeldBecause;
};

/** One line of a digest: the alerts of one key. */
export type DigestLine = {
  title: string;
  source_name: string;
  severity: Severity;
  count: number;
  first_at: string;
  last_at: string;
};

/** What a closed digest says; it follows from its entries, so it is the same whenever it is computed. */
export type DigestSummary = {
  count: number;
  first_at: string;
  last_at: string;
  severity: Severity;
  by_severity: Partial<Record<Severity, number>>;
  because: HeldBecause[];
  /** The gravest first, then the most frequent. */
  lines: DigestLine[];
  /** Lines beyond those, and the alerts in them. */
  more_lines: number;
  more_alerts: number;
};

export function digestId(addressee: Addressee, key: string, openedMs: number): string {
  return nameBasedId(
    'digest',
    addressee.destinationId,
    addressee.recipient?.toLowerCase() ?? '',
    key,
    openedMs,
  );
}

/** A digest is delivered like an alert: its own id stands for the alert's. */
export function digestDeliveryId(id: string, { destinationId, recipient }: Addressee): string {
  return deliveryId(id, destinationId, recipient);
}
