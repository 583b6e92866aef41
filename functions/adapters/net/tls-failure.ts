/**
 * Why a handshake failed, for a person who has to mend it; undefined for an error that is no fault of TLS.
 *
 * The codes are OpenSSL's, as Node names them (https://nodejs.org/api/errors.html#openssl-error-codes). Whose it is stands first:
 * "the receiver", "the mail server".
 */
export function tlsFailure(error: Error, whose: string): string | undefined {
  const code = tlsCodeOf(error);
  const cause = CAUSES[code];
  if (cause !== undefined) return `${whose} ${cause} (${code})`;
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return `tls with ${whose} failed (${code})`;
  return undefined;
}

/**
 * An error of the handshake may have the code EPROTO, and OpenSSL's own words in its message:
 * `write EPROTO 80:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/…`.
 */
function tlsCodeOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : error.name;
  const words = code === 'EPROTO' ? /:SSL routines:[^:]*:([^:]+):/u.exec(error.message)?.[1] : undefined;
  return words === undefined ? code : `ERR_SSL_${words.toUpperCase().replaceAll(/[^A-Z0-9]+/gu, '_')}`;
}

const NO_TLS =
  'answers without TLS: what listens there speaks another protocol, such as plain HTTP or SMTP before STARTTLS';
const OLD_TLS = 'speaks only versions of TLS before 1.2';
const UNKNOWN = 'has a certificate of an authority that is not known here';

const CAUSES: Record<string, string | undefined> = {
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_HTTP_REQUEST: NO_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: OLD_TLS,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: OLD_TLS,
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: OLD_TLS,
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
    'takes no HTTP/1.1, which is what is sent: it speaks HTTP/2 only',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  CERT_NOT_YET_VALID: 'has a certificate that is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that it signed itself; give it with --ca-file',
  SELF_SIGNED_CERT_IN_CHAIN: `${UNKNOWN}; give that with --ca-file`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `${UNKNOWN}; give that with --ca-file`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `${UNKNOWN}, or sends it without those in between; give them with --ca-file`,
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
};
