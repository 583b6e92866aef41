import type { Listed } from '../model/config/unreadable-config.ts';
import type { MailEvent } from '../model/wire/mail-event.ts';
import type { RecipientStanding, Suppression, SuppressionChange } from '../model/wire/suppression.ts';
import type { UnsubscribeKeys } from '../signing/unsubscribe-token.ts';

/** The ports for the recipients of mails. */

/** The suppressions that deliver-email reads before each mail. Throws `UnreadableConfigError` for a suppression that cannot be read. */
export type SuppressionRegistry = {
  find(destinationId: string, address: string): Promise<Suppression | undefined>;
};

export type SuppressionStore = SuppressionRegistry & {
  standing(destinationId: string, address: string): Promise<RecipientStanding>;
  /** The suppressions that hold now at a destination. */
  list(destinationId: string): Promise<Listed<Suppression>>;
  /** Of several calls at once one answers `added`; the others find it there. A suppression that cannot be read is replaced. */
  add(suppression: Suppression): Promise<'added' | 'already'>;
  /** Replaces a suppression that cannot be read, too. */
  remove(destinationId: string, address: string, change: SuppressionChange): Promise<'removed' | 'not-there'>;
  /** Notes that the others were told. */
  markAnnounced(destinationId: string, address: string): Promise<void>;
  /** Counts a soft bounce, each event once; answers the instants of all since the last removal. */
  countSoftBounce(bounce: {
    destinationId: string;
    address: string;
    eventId: string;
    at: string;
  }): Promise<string[]>;
};

export type UnsubscribeKeyStore = { keys(): Promise<UnsubscribeKeys> };

/** The events of the mail service, in the rows of their deliveries. */
export type MailEventLog = {
  /** `unknown` when there is no such delivery (any more), `repeated` when the event is there already. */
  append(
    delivery: { alertId: string; deliveryId: string },
    event: MailEvent,
  ): Promise<
    { result: 'recorded' | 'repeated'; destinationId: string; recipient: string } | { result: 'unknown' }
  >;
};
