import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its private key, both PEM. */
export type IssuedCertificate = { cert: string; key: string };

type TlsAuthority = {
  /** The authority's own certificate, PEM. */
  ca: string;
  issue(options?: {
    /** Names and addresses that the certificate is for; `localhost` and 127.0.0.1 when left out. */
    hosts?: string[];
    commonName?: string;
    notBefore?: Date;
    notAfter?: Date;
    usage?: 'server' | 'client';
    /** The kind of its key; P-256 when left out. */
    kind?: 'ec' | 'rsa';
  }): IssuedCertificate;
};

const DAY_MS = 86_400_000;

/**
 * A certificate authority for the local run and for tests: real X.509 certificates (RFC 5280) on P-256 keys, made in memory.
 *
 * const authority = tlsAuthority();
 * createServer({ ...authority.issue({ hosts: ['hooks.example', '127.0.0.1'] }) });
 */
export function tlsAuthority(commonName = 'Test Authority'): TlsAuthority {
  const keys = newKeys();
  const self = certificate({
    subject: commonName,
    issuer: commonName,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    extensions: [extension(OID.basicConstraints, sequence(TRUE)), extension(OID.keyUsage, KEY_CERT_SIGN)],
  });
  return {
    ca: self,
    issue: ({
      hosts = ['localhost', '127.0.0.1'],
      commonName: subject = hosts[0] ?? 'client',
      notBefore,
      notAfter,
      usage = 'server',
      kind = 'ec',
    } = {}) => {
      const { publicKey, privateKey } =
        kind === 'ec' ? newKeys() : generateKeyPairSync('rsa', { modulusLength: 2_048 });
      return {
        cert: certificate({
          subject,
          issuer: commonName,
          publicKey,
          signingKey: keys.privateKey,
          notBefore,
          notAfter,
          extensions: [
            extension(
              OID.extendedKeyUsage,
              sequence(oid(usage === 'server' ? OID.serverAuth : OID.clientAuth)),
            ),
            extension(OID.subjectAltName, sequence(...hosts.map(generalName))),
          ],
        }),
        key: pemOf(privateKey),
      };
    },
  };
}

/** A certificate that is signed with its own key. */
export function selfSigned(hosts = ['localhost', '127.0.0.1']): IssuedCertificate {
  const { publicKey, privateKey } = newKeys();
  const name = hosts[0] ?? 'localhost';
  return {
    cert: certificate({
      subject: name,
      issuer: name,
      publicKey,
      signingKey: privateKey,
      extensions: [extension(OID.subjectAltName, sequence(...hosts.map(generalName)))],
    }),
    key: pemOf(privateKey),
  };
}

function certificate(options: {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signingKey: KeyObject;
  extensions: Buffer[];
  notBefore?: Date | undefined;
  notAfter?: Date | undefined;
}): string {
  const { notBefore = new Date(Date.now() - DAY_MS), notAfter = new Date(Date.now() + 30 * DAY_MS) } =
    options;
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    algorithm,
    name(options.issuer),
    sequence(time(notBefore), time(notAfter)),
    name(options.subject),
    options.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...options.extensions)),
  );
  const signature = sign('sha256', body, options.signingKey);
  const der = sequence(body, algorithm, bitString(signature));
  const lines = der.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

// What follows is as much of DER (ITU-T X.690) as a certificate needs.

const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
  clientAuth: '2b06010505070302',
} as const;

function tlv(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...sizeBytes(content.length)]), content]);
}

/** A size below 128 is one byte; a larger one follows a byte that says how many bytes it has. */
function sizeBytes(size: number): number[] {
  if (size < 0x80) return [size];
  return size < 0x100 ? [0x81, size] : [0x82, Math.floor(size / 256), size % 256];
}

const sequence = (...parts: Buffer[]) => tlv(0x30, Buffer.concat(parts));
const tagged = (number: number, content: Buffer) => tlv(0xa0 + number, content);
const integer = (bytes: Buffer) => tlv(0x02, bytes);
const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'));
const bitString = (bytes: Buffer) => tlv(0x03, Buffer.concat([Buffer.from([0]), bytes]));
const name = (text: string) =>
  sequence(tlv(0x31, sequence(oid(OID.commonName), tlv(0x0c, Buffer.from(text)))));
/** GeneralizedTime without fractions: `20260115142301Z`. */
const time = (date: Date) =>
  tlv(0x18, Buffer.from(date.toISOString().replaceAll(/[-:T]|\.\d+/g, ''), 'latin1'));
const TRUE = tlv(0x01, Buffer.from([0xff]));
/** Bit 5 of the key usage. */
const KEY_CERT_SIGN = tlv(0x03, Buffer.from([2, 0x04]));
const extension = (id: string, value: Buffer) => sequence(oid(id), tlv(0x04, value));

function generalName(host: string): Buffer {
  const family = isIP(host);
  if (family === 0) return tlv(0x82, Buffer.from(host, 'latin1'));
  return tlv(0x87, family === 4 ? Buffer.from(host.split('.').map(Number)) : ipv6Bytes(host));
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const zeros = Array.from({ length: 8 - groups(head).length - groups(tail).length }, () => 0);
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...groups(head), ...zeros, ...groups(tail)].entries()) {
    bytes.writeUInt16BE(group, index * 2);
  }
  return bytes;
}
