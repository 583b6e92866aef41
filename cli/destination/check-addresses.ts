import { isIP } from 'node:net';
import { isAllowedAddress } from '../../functions/core/deliver/allowed-address.ts';
import { addressOf } from '../../functions/core/deliver/webhook/guard-url.ts';
import { resolveOf } from '../io.ts';
import { egressRanges, ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { CliIo } from '../io.ts';

/** What a local run allows unless told otherwise: receivers on this machine. */
const LOOPBACK = '127.0.0.0/8,::1/128';

/** Ranges past the guard; a deployed gateway has none, so none are promised for it here. */
export function egressAllow(manifest: Manifest, env: CliIo['env']): string[] {
  if (manifest.endpoint === undefined) return [];
  return egressRanges(env[ENVIRONMENT.egressAllow] ?? LOOPBACK);
}

/** Whether every address behind a webhook's URL may be sent to. The delivery checks again, at every attempt. */
export async function addressProblem(
  url: URL,
  io: CliIo,
  allow: readonly string[],
): Promise<Problem | undefined> {
  // An address in the URL itself was judged with the URL.
  if (addressOf(url) !== undefined) return undefined;
  const message = await hostProblem(url.hostname, io, allow, 'webhooks go');
  return message === undefined ? undefined : { path: 'url', message };
}

/** The same for a mail server, by name or by address. */
export async function mailServerProblem(
  host: string,
  io: CliIo,
  allow: readonly string[],
): Promise<Problem | undefined> {
  const message = await hostProblem(host, io, allow, 'mails are handed over');
  return message === undefined ? undefined : { path: 'transport.host', message };
}

async function hostProblem(
  host: string,
  io: CliIo,
  allow: readonly string[],
  what: string,
): Promise<string | undefined> {
  const quoted = JSON.stringify(host);
  let addresses: string[];
  try {
    addresses = isIP(host) === 0 ? await resolveOf(io)(host) : [host];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return code === 'ENOTFOUND'
      ? `${quoted} does not resolve to any address (ENOTFOUND)`
      : `${quoted} cannot be resolved (${code})`;
  }
  if (addresses.length === 0) return `${quoted} does not resolve to any address`;
  const forbidden = addresses.find((address) => !isAllowedAddress(address, allow));
  return forbidden === undefined
    ? undefined
    : `${quoted} resolves to ${forbidden}, which is not a public address; ${what} to public addresses only`;
}
