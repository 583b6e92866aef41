import { networkInterfaces } from 'node:os';
import { privateTier } from '../../functions/core/deliver/webhook/address-tier.ts';

/** Every range that a deployment may open to private destinations, but for those of carriers. */
export const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

/** An address of this machine in a private network; undefined where it has none. Loopback is none, and nothing may make it one. */
export function privateAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((found = []) => found)
    .filter(({ internal }) => !internal)
    .map(({ address }) => address)
    .find((address) => privateTier(PRIVATE_RANGES).isAllowed(address));
}
