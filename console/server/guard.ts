import { createHash, timingSafeEqual } from 'node:crypto';

/** A request as far as it is judged. Names of headers are lower case. */
type Asked = { method: string; header(name: string): string | undefined };

/** The reason why a request is refused. */
type Refusal = { status: 401 | 403; code: string; message: string };

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const CHANGES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Whether a request may be answered at all. It must name this machine, and must not be one that another site made a browser
 * send.
 *
 * A page of another site reaches a loopback port in two ways: under a name of its own that it points at 127.0.0.1 (DNS
 * rebinding; then `Host` is that name), and across sites (then `Origin` or `Sec-Fetch-Site` says so).
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Headers/Sec-Fetch-Site
 */
export function refusalOf(asked: Asked): Refusal | undefined {
  const host = asked.header('host') ?? '';
  if (!LOOPBACK.has(host.replace(/:\d{1,5}$/u, '').toLowerCase())) {
    return refused('foreign-host', 'the console answers on 127.0.0.1, localhost and [::1] only');
  }
  const origin = asked.header('origin');
  if (origin !== undefined && origin !== `http://${host}`) {
    return refused('foreign-origin', 'the console answers to its own pages only');
  }
  const site = asked.header('sec-fetch-site');
  // A link on another site may open the page, and may neither read nor change anything.
  const isOpened = asked.header('sec-fetch-mode') === 'navigate' && asked.method === 'GET';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isOpened) {
    return refused('foreign-origin', 'the console answers to its own pages only');
  }
  if (CHANGES.has(asked.method)) {
    if (origin === undefined) {
      return refused('foreign-origin', 'a request that changes something must say its Origin');
    }
    if (!/^application\/json(?:;|$)/u.test(asked.header('content-type') ?? '')) {
      return refused('wrong-content-type', 'expected content-type application/json');
    }
  }
  return undefined;
}

const refused = (code: string, message: string): Refusal => ({ status: 403, code, message });

/** Compares hashes, which have one length, so that the time of the comparison tells nothing. */
export function isSameToken(given: string | undefined, expected: string): boolean {
  const hash = (text: string): Uint8Array => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given ?? ''), hash(expected));
}
