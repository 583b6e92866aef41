import { isIP } from 'node:net';
import { type Address, type Lookup, type VettedAddresses, vettedAddresses } from './address.ts';
import { untilAborted } from './until-aborted.ts';

/** Of a name with many addresses: how many are tried before the attempt counts as failed. */
const MAX_ADDRESSES = 3;

/** There was no address to ask. */
export type NoAddress = { answer: 'timeout' | 'dns-failed' | 'refused-address'; detail: string };

/** One address to try. */
type VettedTarget = {
  /** Vetted; the socket goes here and nowhere else. */
  address: string;
  /** What the certificate must be for; empty when that is the address itself. */
  servername: string;
  /** A silent address must not use up the time of the others; the last one has all that is left. */
  connectWithinMs?: number;
};

/**
 * What the first address of a host answers that can be connected to: for posts and for mails alike.
 *
 * Every address is vetted before a socket is opened to any. Another one is tried only while not a byte can have arrived
 * at the one before (`isConnected`), and while there is time.
 */
export async function firstAnswer<A>({
  host,
  lookup,
  known,
  isAllowedAddress,
  refusal,
  deadline,
  deadlineMs,
  phasesMs,
  ask,
}: {
  /** A name without a dot at its end, or an address, that of IPv6 in brackets or not. */
  host: string;
  lookup: Lookup;
  /** What DNS answered to this name before; it is not asked then. */
  known?: Address[] | undefined;
  isAllowedAddress: (address: string) => boolean;
  refusal?: ((address: string) => string) | undefined;
  /** Is aborted when `deadlineMs` are over. */
  deadline: AbortSignal;
  deadlineMs: number;
  phasesMs: { dns?: number };
  ask: (target: VettedTarget) => Promise<{ answer: A; isConnected: boolean }>;
}): Promise<A | NoAddress> {
  const startedMs = performance.now();
  let vetted: VettedAddresses;
  try {
    vetted = await untilAborted(
      vettedAddresses(host, known === undefined ? lookup : async () => known, isAllowedAddress, refusal),
      deadline,
    );
  } catch (error) {
    phasesMs.dns = performance.now() - startedMs;
    return deadline.aborted
      ? { answer: 'timeout', detail: `no answer of dns within ${deadlineMs} ms` }
      : { answer: 'dns-failed', detail: `${host} cannot be resolved (${codeOf(error)})` };
  }
  const isLiteral = isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0;
  if (!isLiteral && known === undefined) phasesMs.dns = performance.now() - startedMs;
  if ('refused' in vetted) return { answer: 'refused-address', detail: vetted.refused };

  const addresses = vetted.addresses.slice(0, MAX_ADDRESSES);
  let last: A | NoAddress = { answer: 'dns-failed', detail: `${host} has no address` };
  for (const [index, { address }] of addresses.entries()) {
    const left = addresses.length - index;
    const remainingMs = deadlineMs - (performance.now() - startedMs);
    const { answer, isConnected } = await ask({
      address,
      servername: isLiteral ? '' : host,
      ...(left > 1 && { connectWithinMs: remainingMs / left }),
    });
    last = answer;
    if (isConnected || deadline.aborted) break;
  }
  return last;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
