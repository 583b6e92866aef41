import { UnreadableConfigError } from '../model/config/unreadable-config.ts';
import type { EmailDestination, Recipient } from '../model/config/destination.ts';
import { maskedAddress } from '../text/masked-address.ts';
import type { DestinationRegistry } from '../deliver/ports.ts';
import type { UnsubscribeKeyStore } from './ports.ts';
import { hasTokenShape, readUnsubscribeToken } from '../signing/unsubscribe-token.ts';
import { suppressRecipient, type SuppressPorts } from './suppress-recipient.ts';

export type UnsubscribePorts = SuppressPorts & {
  destinations: DestinationRegistry;
  keys: UnsubscribeKeyStore;
};

/** The state of a link; all but the first two name the destination, and the recipient masked. */
export type Unsubscription =
  | { state: 'invalid' | 'expired' }
  /** The destination was deleted, or the recipient taken off it: there is nothing to leave. */
  | { state: 'gone' }
  | {
      state: 'may-leave' | 'locked' | 'left';
      destinationId: string;
      destinationName: string;
      recipient: string;
      /** Only after leaving: this call made the change. */
      isChange: boolean;
    };

type Found = { destination: EmailDestination; recipient: Recipient };

/** The effect that the link would have. Changes nothing: mail scanners open every link. */
export async function lookAtUnsubscription(token: string, ports: UnsubscribePorts): Promise<Unsubscription> {
  const found = await find(token, ports);
  if ('state' in found) return found;
  if (await hasLeft(found, ports)) return told('left', found);
  return told(found.recipient.isLocked === true ? 'locked' : 'may-leave', found);
}

/** Takes the recipient off the destination's mails, unless locked. Repeating it changes nothing. */
export async function unsubscribe(
  token: string,
  by: 'page' | 'one-click',
  ports: UnsubscribePorts,
): Promise<Unsubscription> {
  const found = await find(token, ports);
  if ('state' in found) return found;
  const { destination, recipient } = found;
  if (recipient.isLocked === true) return told('locked', found);
  const result = await suppressRecipient(
    destination,
    {
      destination_id: destination.id,
      address: recipient.address.toLowerCase(),
      reason: 'unsubscribed',
      at: new Date(ports.clock.now()).toISOString(),
      by,
    },
    ports,
  );
  return told('left', found, result === 'added');
}

/** Whether the recipient has left. A suppression that cannot be read counts as none: leaving writes it anew. */
async function hasLeft(
  { destination, recipient }: Found,
  { suppressions }: UnsubscribePorts,
): Promise<boolean> {
  try {
    return (await suppressions.standing(destination.id, recipient.address)).suppression !== undefined;
  } catch (error) {
    if (error instanceof UnreadableConfigError) return false;
    throw error;
  }
}

async function find(
  token: string,
  ports: UnsubscribePorts,
): Promise<Found | { state: 'invalid' | 'expired' | 'gone' }> {
  if (!hasTokenShape(token)) return { state: 'invalid' };
  const claim = readUnsubscribeToken(await ports.keys.keys(), token);
  if (claim === undefined) return { state: 'invalid' };
  // NaN is never later than now, so such a link has expired too.
  if (!(claim.expiresMs > ports.clock.now())) return { state: 'expired' };
  const destination = await ports.destinations.find(claim.destinationId);
  if (destination?.channel !== 'email') return { state: 'gone' };
  const recipient = destination.recipients.find(({ address }) => claim.isFor(address));
  return recipient === undefined ? { state: 'gone' } : { destination, recipient };
}

function told(
  state: 'may-leave' | 'locked' | 'left',
  { destination, recipient }: Found,
  isChange = false,
): Unsubscription {
  return {
    state,
    destinationId: destination.id,
    destinationName: destination.name,
    recipient: maskedAddress(recipient.address),
    isChange,
  };
}
