import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP } from 'node:net';

export type Address = { address: string; family: number };

/** Every address of a name. */
export type Lookup = (hostname: string) => Promise<Address[]>;

export const systemLookup: Lookup = async (hostname) => dnsLookup(hostname, { all: true, order: 'verbatim' });

export type VettedAddresses = { addresses: Address[] } | { refused: string };

/**
 * The addresses behind a hostname of a URL, after the guard saw every one of them.
 *
 * One address that is not allowed refuses the name: a name that answers with public and private addresses at once
 * is an attack, or a mistake that would come and go. IPv4 comes first, because a function outside a dual-stack
 * network has no way to IPv6. Throws what `lookup` throws.
 *
 * @param refusal what is wrong with an address that is not allowed, in words that follow it
 */
export async function vettedAddresses(
  hostname: string,
  lookup: Lookup,
  isAllowedAddress: (address: string) => boolean,
  refusal: (address: string) => string = () => 'is not a public address',
): Promise<VettedAddresses> {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(literal);
  const addresses = family === 0 ? await lookup(literal) : [{ address: literal, family }];
  const refused = addresses.find(({ address }) => !isAllowedAddress(address));
  if (refused !== undefined) {
    const why = refusal(refused.address);
    return {
      refused: family === 0 ? `${literal} resolves to ${refused.address}, which ${why}` : `${literal} ${why}`,
    };
  }
  return { addresses: addresses.toSorted((a, b) => a.family - b.family) };
}
