import { isIP } from 'node:net';
import { isAllowedAddress } from '../../functions/core/deliver/allowed-address.ts';
import type { AddressTier } from '../../functions/core/deliver/webhook/address-tier.ts';
import { addressOf } from '../../functions/core/deliver/webhook/guard-url.ts';
import { resolveOf } from '../io.ts';
import { egressRanges, ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { CliIo } from '../io.ts';
import { errorCode } from '../error-code.ts';

/** The ranges that a local run allows unless told otherwise: receivers on this machine. */
const LOOPBACK = '127.0.0.0/8,::1/128';

/** Ranges past the guard; a deployed gateway has none, so none are promised for it here. */
export function egressAllow(manifest: Manifest, env: CliIo['env']): string[] {
  if (manifest.endpoint === undefined) return [];
  return egressRanges(env[ENVIRONMENT.egressAllow] ?? LOOPBACK);
}

/**
 * Whether every address behind a webhook's URL may be sent to. The delivery checks again, at every attempt.
 *
 * The name of a private receiver means something inside its network only, so it is not looked up here.
 */
export async function addressProblem(
  { url, isPrivate }: { url: string; isPrivate?: boolean },
  io: CliIo,
  tier: AddressTier,
): Promise<Problem | undefined> {
  const parsed = new URL(url);
  // An address in the URL itself was judged with the URL.
  if (addressOf(parsed) !== undefined || isPrivate === true) return undefined;
  const message = await hostProblem(parsed.hostname, io, tier);
  return message === undefined ? undefined : { path: 'url', message };
}

/** The same for a mail server, by name or by address. */
export async function mailServerProblem(
  host: string,
  io: CliIo,
  allow: readonly string[],
): Promise<Problem | undefined> {
  const message = await hostProblem(host, io, {
    isAllowed: (address) => isAllowedAddress(address, allow),
    refusal: () => 'is not a public address; mails are handed over to public addresses only',
  });
  return message === undefined ? undefined : { path: 'transport.host', message };
}

async function hostProblem(host: string, io: CliIo, tier: AddressTier): Promise<string | undefined> {
  const quoted = JSON.stringify(host);
  let addresses: string[];
  try {
    addresses = isIP(host) === 0 ? await resolveOf(io)(host) : [host];
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOTFOUND'
      ? `${quoted} does not resolve to any address (ENOTFOUND)`
      : `${quoted} cannot be resolved (${code})`;
  }
  if (addresses.length === 0) return `${quoted} does not resolve to any address`;
  const forbidden = addresses.find((address) => !tier.isAllowed(address));
  return forbidden === undefined
    ? undefined
    : `${quoted} resolves to ${forbidden}, which ${tier.refusal(forbidden)}`;
}
