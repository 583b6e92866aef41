import { isIP } from 'node:net';
import { tlsReachability } from '../../functions/adapters/operator/tls-reachability.ts';
import { resolveOf, type CliIo } from '../io.ts';
import { readableMs } from '../words/time.ts';
import type { Reached } from '../../functions/core/operator/reachability.ts';
import type { PreparedWebhook } from './create-webhook.ts';
import type { SetupCheck } from '../screen/checks.ts';

/** The deadline of a delivery. */
const DEADLINE_MS = 10_000;

export type ReceiverCheck = SetupCheck & {
  /** A private authority would explain the failure. */
  isUntrusted: boolean;
};

/** Whether a receiver answers with TLS that we trust, seen from here: the gateway may see it otherwise. */
export async function checkReceiver(
  io: CliIo,
  { settings, secret, tiers }: PreparedWebhook,
): Promise<ReceiverCheck> {
  if (settings.isPrivate === true) {
    const text = 'it is in a private network, so only the gateway can see it: the test alert tells';
    return { result: 'warning', text, isUntrusted: false };
  }
  const reachability =
    io.reachability ??
    tlsReachability({
      isAllowedAddress: tiers.public.isAllowed,
      lookup: async (host) =>
        (await resolveOf(io)(host)).map((address) => ({ address, family: isIP(address) })),
    });
  const { ca, certificate, key } = secret;
  const reached = await reachability.handshake({
    url: settings.url,
    tls: {
      ...(ca !== undefined && { ca }),
      ...(certificate !== undefined && { certificate }),
      ...(key !== undefined && { key }),
    },
    deadlineMs: DEADLINE_MS,
  });
  return { ...describeReached(reached), isUntrusted: reached.result === 'untrusted' };
}

function describeReached(reached: Reached): SetupCheck {
  if (reached.result !== 'reached') return { result: 'failed', text: reached.detail };
  const { address, tlsVersion, tookMs, issuer, validUntil } = reached;
  return {
    result: 'ok',
    text: `${tlsVersion} with ${address} in ${readableMs(tookMs)}; certificate by ${issuer}, valid until ${validUntil.slice(0, 10)}`,
  };
}
