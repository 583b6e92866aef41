import type { Delivery } from '../model/wire/delivery.ts';
import type { FailureReason } from '../model/wire/delivery-reasons.ts';

const REMEDIES: Partial<Record<FailureReason, string>> = {
  'mail-not-permitted':
    'Let SES send this mail: verify the sender in the SES console, and while the account is in the SES sandbox every recipient too, or ask AWS for production access. Where the words are about a permission or a configuration set, deploy the stack again',
  'no-private-lane':
    'Give the deployment a private lane (docs/private-receivers.md), or make the destination public: tocsin destination update --help',
  'mail-login-refused': 'Set the password that the mail server takes: tocsin destination rotate --help',
};

/** What an operator does about a failure whose cause is not the receiver; undefined where the reason says no more. */
export function remedyOf(reason: Delivery['reason']): string | undefined {
  return reason !== undefined && Object.hasOwn(REMEDIES, reason)
    ? REMEDIES[reason as FailureReason]
    : undefined;
}
