import { CLOUD_RANGES, PRIVATE_RANGES } from '../../model/config/address-ranges.ts';
import { insideOf, isAllowedAddress } from '../allowed-address.ts';

/** Which addresses the deliveries of a network may be sent to. */
export type AddressTier = {
  isAllowed: (address: string) => boolean;
  /** The problem with an address that is not allowed, in words that follow it. */
  refusal: (address: string) => string;
};

const PAGE = 'docs/private-receivers.md';

const isInPrivateRange = insideOf(PRIVATE_RANGES);
const isOfCloud = insideOf(CLOUD_RANGES);

function isPrivate(address: string): boolean {
  return isInPrivateRange(address) && !isOfCloud(address);
}

/**
 * Public destinations: global unicast only.
 *
 * @param pastGuard CIDR ranges past the guard; only a local run has any.
 */
export function publicTier(pastGuard: readonly string[] = []): AddressTier {
  return {
    isAllowed: (address) => isAllowedAddress(address, pastGuard),
    refusal: (address) =>
      isPrivate(address)
        ? `is not a public address; a receiver in a private network needs a private destination (${PAGE})`
        : 'is not a public address; webhooks go to public addresses only',
  };
}

/**
 * Private destinations: what the deployment opened with `egressAllow`, as far as it is private, and nothing else. Nothing
 * goes past this guard, in a local run neither. A public address is refused too: the function has no way out of its VPC, and
 * a name that leads out of the private network is a mistake or an attack.
 */
export function privateTier(egressAllow: readonly string[]): AddressTier {
  const isOpened = insideOf(egressAllow);
  return {
    isAllowed: (address) => isPrivate(address) && isOpened(address),
    refusal: (address) =>
      isPrivate(address)
        ? `is outside of what the deployment opened with egressAllow (${egressAllow.join(', ')}); see ${PAGE}`
        : isAllowedAddress(address)
          ? `is a public address, and a private destination is reached inside the private network only (${PAGE})`
          : 'is no address of a private network; loopback, link-local, metadata and multicast are never sent to',
  };
}
