import type { Delivery, DeliveryState } from '../model/wire/delivery.ts';
import { mailFate, type MailState } from '../model/wire/mail-state.ts';

/** A filter of deliveries. A field that is left out matches everything. */
export type DeliveryFilter = {
  state?: DeliveryState;
  /** A part of the address, in any case. */
  recipient?: string;
  mailState?: MailState;
};

export function matchesFilter(delivery: Delivery, { state, recipient, mailState }: DeliveryFilter): boolean {
  return (
    (state === undefined || delivery.state === state) &&
    (recipient === undefined ||
      delivery.recipient?.toLowerCase().includes(recipient.toLowerCase()) === true) &&
    (mailState === undefined || mailFate(delivery)?.state === mailState)
  );
}
