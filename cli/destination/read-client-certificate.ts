import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Parsed, Problem } from '../../functions/core/config/problem.ts';
import { errorCode } from '../error-code.ts';

const MAX_LENGTH = 16_384;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const KEY = /-----BEGIN ((?:ENCRYPTED |RSA |EC )?PRIVATE KEY)-----[\s\S]+?-----END \1-----/g;
/** Extended key usage for TLS clients (RFC 5280, section 4.2.1.12), and the one that allows everything. */
const CLIENT_USAGES = new Set(['1.3.6.1.5.5.7.3.2', '2.5.29.37.0']);

/** A pair that a TLS client can use: PEM, the certificate first and then those that vouch for it. */
type ClientCertificate = { certificate: string; key: string; notAfter: string };

/**
 * The client certificate and its key, checked as far as can be without the receiver: an unusable pair would only show
 * when an alert is due. Nothing of the key is ever quoted.
 */
export async function readClientCertificate(
  certificateFile: string | undefined,
  keyFile: string | undefined,
  nowMs: number,
): Promise<Parsed<ClientCertificate>> {
  const problems: Problem[] = [];
  const pair = {
    certificate: await readPem('certificate', certificateFile, problems),
    key: await readPem('key', keyFile, problems),
  };
  const read = clientCertificate(pair, nowMs);
  return read.ok ? read : { ok: false, problems: [...problems, ...read.problems] };
}

/** The same from text; a part that is not given is no problem of its own. */
export function clientCertificate(
  pair: { certificate: string | undefined; key: string | undefined },
  nowMs: number,
): Parsed<ClientCertificate> {
  const problems: Problem[] = [];
  const certificates = certificatesOf(pair.certificate, problems);
  const key = keyOf(pair.key, problems);
  const [own] = certificates;
  if (own !== undefined) {
    for (const message of unusable(own, nowMs)) problems.push({ path: 'certificate', message });
    if (key !== undefined && !own.checkPrivateKey(key.object)) {
      problems.push({ path: 'key', message: 'does not belong to the certificate' });
    }
  }
  return own === undefined || key === undefined || problems.length > 0
    ? { ok: false, problems }
    : {
        ok: true,
        value: {
          certificate: certificates.map(String).join(''),
          key: key.pem,
          notAfter: own.validToDate.toISOString(),
        },
      };
}

async function readPem(
  path: 'certificate' | 'key',
  file: string | undefined,
  problems: Problem[],
): Promise<string | undefined> {
  if (file === undefined) {
    problems.push({
      path,
      message: 'missing; auth mtls needs a PEM file with the certificate and one with its key',
    });
    return undefined;
  }
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    problems.push({ path, message: `${JSON.stringify(file)} cannot be read (${errorCode(error)})` });
    return undefined;
  }
  if (text.length <= MAX_LENGTH) return text;
  const message = `${JSON.stringify(file)} has ${text.length} characters; expected at most ${MAX_LENGTH}`;
  problems.push({ path, message });
  return undefined;
}

function certificatesOf(text: string | undefined, problems: Problem[]): X509Certificate[] {
  if (text === undefined) return [];
  const refused = (message: string): X509Certificate[] => {
    problems.push({ path: 'certificate', message });
    return [];
  };
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) return refused('is no PEM certificate (-----BEGIN CERTIFICATE-----)');
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return refused('holds a certificate that cannot be read');
  }
}

function keyOf(
  text: string | undefined,
  problems: Problem[],
): { pem: string; object: KeyObject } | undefined {
  if (text === undefined) return undefined;
  const refused = (message: string): undefined => void problems.push({ path: 'key', message });
  const [block, ...others] = text.match(KEY) ?? [];
  if (block === undefined) return refused('is no PEM private key (-----BEGIN PRIVATE KEY-----)');
  if (others.length > 0) return refused('holds several keys; expected one');
  if (block.includes('ENCRYPTED')) {
    return refused(
      'is encrypted; decrypt it first: openssl pkey -in encrypted.pem -out key.pem (it is stored in Secrets Manager)',
    );
  }
  try {
    return { pem: `${block}\n`, object: createPrivateKey(block) };
  } catch {
    return refused('cannot be read');
  }
}

function unusable(certificate: X509Certificate, nowMs: number): string[] {
  // Absent: any use is fine.
  const usages = certificate.keyUsage as string[] | undefined;
  return [
    ...(nowMs >= certificate.validToDate.getTime()
      ? [`expired at ${certificate.validToDate.toISOString()}`]
      : []),
    ...(nowMs < certificate.validFromDate.getTime()
      ? [`is valid from ${certificate.validFromDate.toISOString()} only`]
      : []),
    ...(usages !== undefined && !usages.some((usage) => CLIENT_USAGES.has(usage))
      ? ['is not for TLS clients (its extended key usage lacks clientAuth)']
      : []),
  ];
}
