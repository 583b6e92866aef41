import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Reachability, Reached } from '../../core/operator/reachability.ts';
import { type Lookup, systemLookup, type VettedAddresses, vettedAddresses } from '../net/address.ts';
import { tlsOptionsOf } from '../net/tls-options.ts';

/** Of what OpenSSL says about a certificate, what a private authority would explain. */
const UNKNOWN_AUTHORITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * TLS handshakes with receivers, under the rules of the deliveries: only with addresses that the guard saw, TLS 1.2
 * or later, certificates verified. Not a byte of HTTP is sent. Every way in which this can end is an answer.
 */
export function tlsReachability({
  isAllowedAddress,
  lookup = systemLookup,
}: {
  isAllowedAddress: (address: string) => boolean;
  lookup?: Lookup;
}): Reachability {
  const tlsOf = tlsOptionsOf();
  return {
    async handshake({ url, tls, deadlineMs }) {
      const { hostname, port } = new URL(url);
      const loaded = tlsOf(tls);
      if ('unusable' in loaded) return { result: 'unreachable', detail: loaded.unusable };
      const { promise: late, resolve } = Promise.withResolvers<Reached>();
      const timer = setTimeout(
        () => resolve({ result: 'unreachable', detail: `no answer within ${deadlineMs} ms` }),
        deadlineMs,
      );
      let socket: TLSSocket | undefined;
      const attempt = async (): Promise<Reached> => {
        let vetted: VettedAddresses;
        try {
          vetted = await vettedAddresses(hostname, lookup, isAllowedAddress);
        } catch (error) {
          return { result: 'unreachable', detail: `${hostname} cannot be resolved (${codeOf(error)})` };
        }
        if ('refused' in vetted) return { result: 'unreachable', detail: vetted.refused };
        const address = vetted.addresses[0]?.address;
        if (address === undefined) return { result: 'unreachable', detail: `${hostname} has no address` };
        const startedMs = performance.now();
        socket = connect({
          ...loaded.options,
          ALPNProtocols: ['http/1.1'],
          host: address,
          port: port === '' ? 443 : Number(port),
          servername: isIP(hostname.replace(/^\[(.*)\]$/, '$1')) === 0 ? hostname : '',
        });
        return outcomeOf(socket, address, hostname, startedMs);
      };
      try {
        return await Promise.race([attempt(), late]);
      } finally {
        clearTimeout(timer);
        socket?.destroy();
      }
    },
  };
}

async function outcomeOf(
  socket: TLSSocket,
  address: string,
  hostname: string,
  startedMs: number,
): Promise<Reached> {
  const { promise, resolve } = Promise.withResolvers<Reached>();
  socket.once('secureConnect', () => {
    const certificate = socket.getPeerX509Certificate();
    resolve({
      result: 'reached',
      address,
      tlsVersion: socket.getProtocol() ?? 'TLS',
      tookMs: performance.now() - startedMs,
      issuer: certificate === undefined ? 'nobody' : nameOf(certificate.issuer),
      validUntil: (certificate?.validToDate ?? new Date(0)).toISOString(),
    });
  });
  // Stays for good: a socket that is destroyed may still complain.
  socket.on('error', (error) => resolve(failureOf(error, address, hostname)));
  return promise;
}

function failureOf(error: Error, address: string, hostname: string): Reached {
  const code = codeOf(error);
  if (UNKNOWN_AUTHORITY.has(code)) {
    return {
      result: 'untrusted',
      address,
      detail: `no authority that is known here vouches for its certificate (${code})`,
    };
  }
  return { result: 'unreachable', address, detail: `${inWords(code, address, hostname)} (${code})` };
}

function inWords(code: string, address: string, hostname: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `its certificate is not for ${hostname}`;
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired';
  if (code === 'ECONNREFUSED') return `${address} refuses the connection`;
  if (/^ERR_SSL_|^EPROTO$/.test(code)) return `what answers at ${address} does not speak TLS as we do`;
  return `the handshake with ${address} failed`;
}

/** The organization or common name out of `C=US\nO=Example\nCN=Example CA`. */
function nameOf(issuer: string): string {
  return /^CN=(.+)$/m.exec(issuer)?.[1] ?? /^O=(.+)$/m.exec(issuer)?.[1] ?? issuer.replaceAll('\n', ', ');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
