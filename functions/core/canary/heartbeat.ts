import type { AddressTier } from '../deliver/webhook/address-tier.ts';
import { parseWebhookUrl } from '../deliver/webhook/guard-url.ts';
import type { HttpSender } from '../deliver/ports.ts';
import type { HeartbeatAnswer } from '../model/wire/canary.ts';
import type { Clock } from '../world.ts';
import type { HeartbeatUrl } from './ports.ts';

export type HeartbeatPorts = {
  heartbeatUrl: HeartbeatUrl;
  http: HttpSender;
  /** Where it may lead. */
  addresses: AddressTier;
  clock: Clock;
};

/** A receiver of webhooks waits for this inside of its own ten seconds. */
const DEADLINE_MS = 3_000;

/**
 * Tells whoever listens outside of the gateway that a canary arrived, or that one did not; undefined where nobody listens.
 *
 * The protocol is that of healthchecks.io: a POST to the URL for success, to the URL with `/fail` behind its path for a failure,
 * with a line of text for the log there (https://healthchecks.io/docs/http_api/, 2026-11).
 *
 * Who knows the URL can say that all is well, so nothing of it is in an answer. It goes where a webhook may go, and nowhere
 * else: HTTPS, public addresses, no redirects.
 */
export async function tellHeartbeat(
  says: 'success' | 'fail',
  line: string,
  { heartbeatUrl, http, addresses, clock }: HeartbeatPorts,
): Promise<HeartbeatAnswer | undefined> {
  const startedMs = clock.now();
  const answered = (problem?: string): HeartbeatAnswer => ({
    took_ms: clock.now() - startedMs,
    ...(problem !== undefined && { problem }),
  });
  let text: string | undefined;
  try {
    text = await heartbeatUrl.read();
  } catch {
    return answered('the secret that holds its URL cannot be read');
  }
  if (text === undefined) return undefined;
  const parsed = parseWebhookUrl(text, addresses);
  if (!parsed.ok) return answered(`its URL is refused: ${parsed.problem}`);
  const { url } = parsed;
  if (says === 'fail') url.pathname = `${url.pathname.replace(/(?<!\/)\/+$/u, '')}/fail`;
  const answer = await http.post({
    url: url.href,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'user-agent': 'Tocsin-Canary/1.0' },
    body: line,
    deadlineMs: DEADLINE_MS,
    tls: {},
  });
  if (answer.answer !== 'response') return answered(`${answer.answer}: ${answer.detail}`);
  return answer.status >= 200 && answer.status < 300
    ? answered()
    : answered(`it answered ${String(answer.status)}; expected a 2xx`);
}
