import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { AwsCredentials } from './client-options.ts';

/**
 * The `Authorization` of one request by Signature Version 4: every header given is signed. Path without query.
 *
 * Names of headers are in lower case, and `x-amz-date` (`20260115T142301Z`) is one of them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (read 2026-11-21)
 */
export type AwsSigner = (
  request: {
    method: string;
    path: string;
    headers: Record<string, string>;
    body: string | Uint8Array;
  },
  credentials: AwsCredentials,
) => string;

/** A signer that keeps the key of the day, which is four HMACs and is the same for all requests of that day. */
export function awsSigner({ service, region }: { service: string; region: string }): AwsSigner {
  let kept: { day: string; secret: string; key: KeyObject } | undefined;

  function keyOf(day: string, secret: string): KeyObject {
    if (kept?.day !== day || kept.secret !== secret) {
      const key = [day, region, service, 'aws4_request'].reduce<Uint8Array | string>(
        (outer, text) => createHmac('sha256', outer).update(text).digest(),
        `AWS4${secret}`,
      );
      kept = { day, secret, key: createSecretKey(Buffer.from(key)) };
    }
    return kept.key;
  }

  return ({ method, path, headers, body }, { accessKeyId, secretAccessKey }) => {
    const instant = headers['x-amz-date'] ?? '';
    const day = instant.slice(0, 8);
    const scope = `${day}/${region}/${service}/aws4_request`;
    const names = Object.keys(headers).sort();
    const signed = names.join(';');
    const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
    const request = `${method}\n${path}\n\n${lines}\n${signed}\n${hash('sha256', body)}`;
    const signature = createHmac('sha256', keyOf(day, secretAccessKey))
      .update(`AWS4-HMAC-SHA256\n${instant}\n${scope}\n${hash('sha256', request)}`)
      .digest('hex');
    return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  };
}

/** An instant as signatures have it: `20260115T142301Z`. */
export function signatureInstant(ms: number): string {
  return `${new Date(ms).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
}
