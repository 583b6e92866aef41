import { Agent } from 'node:https';
import { isIP } from 'node:net';
import type { Clock } from '../../core/world.ts';
import type { HttpAnswer, HttpPost, HttpSender } from '../../core/deliver/ports.ts';
import { withinDeadline } from '../net/after-sockets.ts';
import { type Lookup, systemLookup, type VettedAddresses, vettedAddresses } from '../net/address.ts';
import { exchange } from './exchange.ts';
import { keepAliveSockets } from '../net/keep-alive-sockets.ts';
import { tlsOptionsOf } from '../net/tls-options.ts';
import { untilAborted } from '../net/until-aborted.ts';

/** Of a name with many addresses: how many are tried before the attempt counts as failed. */
const MAX_ADDRESSES = 3;

/**
 * HTTPS posts to receivers that are not trusted.
 *
 * A socket is opened only to an address that the guard saw, so an answer of DNS that changes in between changes
 * nothing. No redirects, no proxy, TLS 1.2 or later, certificates always verified; one deadline over everything.
 * Every way in which this can end is an answer; only a request that is not one (no https URL, a header that cannot
 * be sent) is thrown.
 */
export function httpsSender({
  isAllowedAddress,
  clock,
  lookup = systemLookup,
}: {
  isAllowedAddress: (address: string) => boolean;
  clock: Clock;
  lookup?: Lookup;
}): HttpSender {
  const sockets = keepAliveSockets(new Agent({ keepAlive: true }), clock);
  const tlsOf = tlsOptionsOf();

  async function post(request: HttpPost, url: URL, deadline: AbortSignal): Promise<HttpAnswer> {
    const phasesMs: HttpAnswer['phasesMs'] = {};
    const hostname = url.hostname.replace(/\.$/, '');

    const tls = tlsOf(request.tls);
    if ('unusable' in tls) return { answer: 'unusable-certificate', detail: tls.unusable, phasesMs };

    const startedMs = performance.now();
    let vetted: VettedAddresses;
    try {
      vetted = await untilAborted(vettedAddresses(hostname, lookup, isAllowedAddress), deadline);
    } catch (error) {
      phasesMs.dns = performance.now() - startedMs;
      return deadline.aborted
        ? { answer: 'timeout', detail: `no answer of dns within ${request.deadlineMs} ms`, phasesMs }
        : { answer: 'dns-failed', detail: `${hostname} cannot be resolved (${codeOf(error)})`, phasesMs };
    }
    const isLiteral = isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0;
    if (!isLiteral) phasesMs.dns = performance.now() - startedMs;
    if ('refused' in vetted) return { answer: 'refused-address', detail: vetted.refused, phasesMs };

    const addresses = vetted.addresses.slice(0, MAX_ADDRESSES);
    sockets.dropIdle();
    let last: HttpAnswer = { answer: 'dns-failed', detail: `${hostname} has no address`, phasesMs };
    for (const [index, { address }] of addresses.entries()) {
      const left = addresses.length - index;
      const remainingMs = request.deadlineMs - (performance.now() - startedMs);
      const { isConnected, ...answer } = await exchange({
        request,
        url,
        address,
        servername: isLiteral ? '' : hostname,
        agent: sockets.agent,
        tlsOptions: tls.options,
        deadline,
        phasesMs,
        // A silent address must not use up the time of the others.
        ...(left > 1 && { connectWithinMs: remainingMs / left }),
      });
      last = answer;
      // Another address is tried only while not a byte of the request can have arrived anywhere.
      if (isConnected || deadline.aborted) break;
    }
    return last;
  }

  return {
    post: async (request) => {
      const url = new URL(request.url);
      if (url.protocol !== 'https:') throw new TypeError(`url scheme is ${url.protocol}; expected https:`);
      return withinDeadline(request.deadlineMs, async (deadline) => post(request, url, deadline));
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
