import type { Clock } from '../../core/world.ts';
import type { SigningCertificates, SubscriptionConfirmer } from '../../core/ingest/ports.ts';
import { RecentMap } from '../../core/recent-map.ts';
import { isWithin } from '../memory/within.ts';

/** SNS is answered inside 3 s, and two of these fit. */
const TIMEOUT_MS = 1_200;
const MAX_CERTIFICATES = 16;
const MAX_CERTIFICATE_BYTES = 16_384;
/** SNS has one certificate per region at a time; more addresses than that are somebody's invention. */
const MAX_FETCHES = 8;
const PERIOD_MS = 30_000;
/** SNS has no certificate at that address; nothing changes that soon. */
const NOT_THERE = new Set([403, 404, 410]);
/** How long an address that failed is left alone. */
const FAILURE_TTL_MS = 5_000;

/**
 * Certificates of SNS, kept as long as the function lives (a new one has a new URL), and visits that confirm a
 * subscription. Redirects are refused: they would lead away from the host that the caller vetted.
 *
 * Where SNS says that there is no certificate, there is none: the message is forged, and SNS is not asked again for 5 s.
 * Messages whose signature is wrong cannot make it fetch without end: one fetch per certificate at a time, a failed
 * one is left alone for 5 s, and there are no more than eight in 30 s.
 *
 * @throws when the answer is any other that is no 2xx, too long, or does not come in time, and when too much was fetched
 */
export function httpsSns({
  clock,
  fetch = globalThis.fetch,
}: {
  clock: Clock;
  fetch?: typeof globalThis.fetch;
}): SigningCertificates & SubscriptionConfirmer {
  const certificates = new RecentMap<string, string>(MAX_CERTIFICATES);
  const failures = new RecentMap<string, { error: unknown; untilMs: number }>(MAX_CERTIFICATES);
  const inFlight = new Map<string, Promise<string | undefined>>();
  let fetchedAtMs: number[] = [];

  const ask = (url: string): Promise<Response> =>
    fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });

  function accepted(response: Response, url: string): Response {
    // The query of the URL holds a token: only the host is said.
    if (!response.ok)
      throw new Error(`${new URL(url).host} answered ${String(response.status)}; expected a 2xx`);
    return response;
  }

  function fail(url: string, error: unknown): void {
    failures.set(url, { error, untilMs: clock.now() + FAILURE_TTL_MS });
  }

  async function fetchCertificate(url: string): Promise<string | undefined> {
    try {
      const response = await ask(url);
      if (NOT_THERE.has(response.status)) {
        await response.body?.cancel();
        fail(url, undefined);
        return undefined;
      }
      const pem = await readShort(accepted(response, url), new URL(url).host);
      certificates.set(url, pem);
      return pem;
    } catch (error) {
      fail(url, error);
      throw error;
    } finally {
      inFlight.delete(url);
    }
  }

  return {
    certificate: async (url) => {
      const known = certificates.get(url) ?? inFlight.get(url);
      if (known !== undefined) return known;
      const nowMs = clock.now();
      const failure = failures.get(url);
      if (failure !== undefined && isWithin(failure.untilMs, FAILURE_TTL_MS, nowMs)) {
        if (failure.error === undefined) return undefined;
        throw failure.error;
      }
      fetchedAtMs = fetchedAtMs.filter((atMs) => isWithin(atMs + PERIOD_MS, PERIOD_MS, nowMs));
      if (fetchedAtMs.length >= MAX_FETCHES) {
        throw new Error(
          `${String(MAX_FETCHES)} certificates were fetched in ${String(PERIOD_MS / 1_000)} s; one more would be an invention`,
        );
      }
      fetchedAtMs.push(nowMs);
      const running = fetchCertificate(url);
      inFlight.set(url, running);
      return running;
    },
    confirm: async (url) => {
      await accepted(await ask(url), url).body?.cancel();
    },
  };
}

/** The text of an answer, which is not read beyond what a certificate can have. */
async function readShort(response: Response, host: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > MAX_CERTIFICATE_BYTES)
      throw new Error(
        `${host} answered more than ${String(MAX_CERTIFICATE_BYTES)} bytes; expected a certificate`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
