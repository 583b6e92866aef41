import { Agent } from 'node:https';
import type { Clock } from '../../core/world.ts';
import type { HttpAnswer, HttpPost, HttpSender } from '../../core/deliver/ports.ts';
import { withinDeadline } from '../net/after-sockets.ts';
import { type Lookup, systemLookup } from '../net/address.ts';
import { firstAnswer } from '../net/first-answer.ts';
import { exchange } from './exchange.ts';
import { knownNames } from '../net/known-names.ts';
import { keepAliveSockets } from '../net/keep-alive-sockets.ts';
import { tlsOptionsOf } from '../net/tls-options.ts';

/**
 * HTTPS posts to receivers that are not trusted.
 *
 * A socket is opened only to an address that the guard saw, so an answer of DNS that changes in between changes
 * nothing. DNS is asked again after 30 s, and after a post that nobody answered. No redirects, no proxy, TLS 1.2 or
 * later, certificates always verified; one deadline over everything. Every way in which this can end is an answer; only a
 * request that is not one (no https URL, a header that cannot be sent) is thrown.
 */
export function httpsSender({
  isAllowedAddress,
  refusal,
  clock,
  lookup = systemLookup,
}: {
  isAllowedAddress: (address: string) => boolean;
  /** What is wrong with an address that is not allowed, in words that follow it. */
  refusal?: (address: string) => string;
  clock: Clock;
  lookup?: Lookup;
}): HttpSender {
  const sockets = keepAliveSockets(new Agent({ keepAlive: true }), clock);
  const names = knownNames(clock);
  const tlsOf = tlsOptionsOf();

  async function post(request: HttpPost, url: URL, deadline: AbortSignal): Promise<HttpAnswer> {
    const phasesMs: HttpAnswer['phasesMs'] = {};
    const hostname = url.hostname.replace(/\.$/, '');

    const tls = tlsOf(request.tls);
    if ('unusable' in tls) return { answer: 'unusable-certificate', detail: tls.unusable, phasesMs };

    const answer = await firstAnswer({
      host: hostname,
      known: names.addressesOf(hostname),
      lookup: async (name) => {
        const addresses = await lookup(name);
        names.know(name, addresses);
        return addresses;
      },
      isAllowedAddress,
      refusal,
      deadline,
      deadlineMs: request.deadlineMs,
      phasesMs,
      ask: async (target) => {
        sockets.dropIdle();
        const { isConnected, ...answered } = await exchange({
          ...target,
          request,
          url,
          agent: sockets.agent,
          tlsOptions: tls.options,
          deadline,
          phasesMs,
        });
        return { answer: answered, isConnected };
      },
    });
    if (answer.answer !== 'response') names.forget(hostname);
    return { phasesMs, ...answer };
  }

  return {
    post: async (request) => {
      const url = new URL(request.url);
      if (url.protocol !== 'https:') throw new TypeError(`url scheme is ${url.protocol}; expected https:`);
      return withinDeadline(request.deadlineMs, async (deadline) => post(request, url, deadline));
    },
  };
}
