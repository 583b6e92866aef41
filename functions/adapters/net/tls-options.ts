import { hash, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { HttpPost } from '../../core/deliver/ports.ts';
import { RecentMap } from '../../core/recent-map.ts';

/** Contexts are the dear part of a connection: each loads all trusted roots. */
const MAX_CONTEXTS = 100;
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export type TlsOptions = {
  minVersion: 'TLSv1.2';
  rejectUnauthorized: true;
  secureContext: SecureContext;
  /** Part of the name under which an agent keeps connections, and nothing else once there is a context. */
  sessionIdContext: string;
};

/**
 * TLS options of one destination, with the loaded context behind them.
 *
 * The digest of the PEM texts is among the options, because it is what tells the connections of two destinations apart.
 * Answers with a problem, in words and without any of the texts, when they cannot be loaded.
 */
export function tlsOptionsOf(): (tls: HttpPost['tls']) => { options: TlsOptions } | { unusable: string } {
  const contexts = new RecentMap<string, SecureContext>(MAX_CONTEXTS);
  return (tls) => {
    const { ca, certificate: cert, key } = tls;
    if ((cert === undefined) !== (key === undefined)) {
      return { unusable: `client ${cert === undefined ? 'key' : 'certificate'} without its other half` };
    }
    const pems = {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    };
    const digest = hash('sha256', JSON.stringify(pems), 'base64');
    let secureContext = contexts.get(digest);
    // Only what is not loaded yet: reading a certificate costs as much as all other work of a post.
    if (secureContext === undefined && ca !== undefined && !isCertificates(ca)) {
      return { unusable: 'private ca is not a pem certificate' };
    }
    try {
      secureContext ??= createSecureContext({ ...pems, minVersion: 'TLSv1.2' });
    } catch (error) {
      return { unusable: `client certificate and key cannot be loaded (${opensslReason(error)})` };
    }
    contexts.set(digest, secureContext);
    return {
      options: {
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        secureContext,
        sessionIdContext: digest,
      },
    };
  };
}

/** OpenSSL skips what it cannot read of a CA file; then no receiver at all would be trusted, without a word why. */
function isCertificates(pem: string): boolean {
  const blocks = pem.match(PEM_CERTIFICATE) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block)).length > 0;
  } catch {
    return false;
  }
}

function opensslReason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
