import type { Destination } from '../../model/config/destination.ts';
import type { Leave, Waits } from '../attempt.ts';

/** The network that a function delivers in: the private one is a VPC of the operator's. */
export type Network = {
  isPrivate: boolean;
  /** Whether the deployment has a function in the other network. */
  hasOther: boolean;
};

const ABSENT = {
  verdict: 'failed',
  reason: 'no-private-lane',
  facts: {
    detail:
      'the destination is private, and this deployment has no private lane (docs/private-receivers.md); no attempt was made',
  },
} as const;

/**
 * The verdict that keeps a function from a destination; undefined where the destination is in its network.
 *
 * Which queue a message came by decides nothing. A destination that changed its network while deliveries were queued gets
 * them from the function of its new one. Nothing is sent out of the wrong network.
 */
export function networkCheck({
  isPrivate,
  hasOther,
}: Network): (destination: Destination) => Leave | Waits | undefined {
  return (destination) => {
    if (isPrivateDestination(destination) === isPrivate) return undefined;
    return hasOther ? { verdict: 'waits', reason: 'other-network' } : { instead: ABSENT };
  };
}

/** Whether the receiver of a destination is in the private network of the deployment. No mail server is. */
export function isPrivateDestination(destination: Destination): boolean {
  return destination.channel === 'webhook' && destination.isPrivate === true;
}
