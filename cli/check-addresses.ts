import { addressOf, isAllowedAddress } from '../functions/core/deliver/webhook/guard-url.ts';
import { resolveOf } from './io.ts';
import type { Manifest } from '../functions/core/model/manifest.ts';
import type { Problem } from '../functions/core/config/problem.ts';
import type { CliIo } from './io.ts';

/** What a local run allows unless told otherwise: receivers on this machine. */
const LOOPBACK = '127.0.0.0/8,::1/128';

/** Ranges past the guard; a deployed gateway has none, so none are promised for it here. */
export function egressAllow(manifest: Manifest, env: CliIo['env']): string[] {
  if (manifest.endpoint === undefined) return [];
  return (env['TOCSIN_EGRESS_ALLOW'] ?? LOOPBACK)
    .split(',')
    .map((range) => range.trim())
    .filter((range) => range !== '');
}

/** Whether every address behind a webhook's URL may be sent to. The delivery checks again, at every attempt. */
export async function addressProblem(
  url: URL,
  io: CliIo,
  allow: readonly string[],
): Promise<Problem | undefined> {
  // An address in the URL itself was judged with the URL.
  if (addressOf(url) !== undefined) return undefined;
  const refused = (message: string): Problem => ({
    path: 'url',
    message: `${JSON.stringify(url.hostname)} ${message}`,
  });
  let addresses: string[];
  try {
    addresses = await resolveOf(io)(url.hostname);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return refused(
      code === 'ENOTFOUND' ? 'does not resolve to any address (ENOTFOUND)' : `cannot be resolved (${code})`,
    );
  }
  if (addresses.length === 0) return refused('does not resolve to any address');
  const forbidden = addresses.find((address) => !isAllowedAddress(address, allow));
  return forbidden === undefined
    ? undefined
    : refused(
        `resolves to ${forbidden}, which is not a public address; webhooks go to public addresses only`,
      );
}
