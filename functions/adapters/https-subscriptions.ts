import type { SigningCertificates, SubscriptionConfirmer } from '../core/ports.ts';

/** SNS is answered inside 3 s, and two of these fit. */
const TIMEOUT_MS = 1_200;
const MAX_CERTIFICATES = 16;
const MAX_CERTIFICATE_BYTES = 16_384;

/**
 * Certificates of SNS, kept as long as the function lives (a new one has a new URL), and visits that confirm a
 * subscription. Redirects are refused: they would lead away from the host that the caller vetted.
 *
 * @throws when the answer is no 2xx, too long, or does not come in time
 */
export function httpsSubscriptions(
  given: { fetch?: typeof globalThis.fetch } = {},
): SigningCertificates & SubscriptionConfirmer {
  const send = given.fetch ?? globalThis.fetch;
  const certificates = new Map<string, string>();
  const get = async (url: string): Promise<Response> => {
    const response = await send(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    // The query of the URL holds a token: only the host is said.
    if (!response.ok)
      throw new Error(`${new URL(url).host} answered ${String(response.status)}; expected a 2xx`);
    return response;
  };
  return {
    certificate: async (url) => {
      const known = certificates.get(url);
      if (known !== undefined) return known;
      const pem = await (await get(url)).text();
      if (pem.length > MAX_CERTIFICATE_BYTES) {
        throw new Error(`${new URL(url).host} answered ${String(pem.length)} bytes; expected a certificate`);
      }
      if (certificates.size >= MAX_CERTIFICATES) certificates.clear();
      certificates.set(url, pem);
      return pem;
    },
    confirm: async (url) => {
      await (await get(url)).body?.cancel();
    },
  };
}
