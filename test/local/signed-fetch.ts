import { awsSigner, signatureInstant } from '../../functions/adapters/aws/signature.ts';
import type { AccessKeys } from '../../local/runtime/access-check.ts';

export type Signed = {
  service?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
  keys: AccessKeys;
  atMs?: number;
  signal?: AbortSignal;
};

/** The headers of a call of an AWS API, signed by our own signer, which a test holds against that of the SDK. */
export function signedHeaders(url: string, call: Signed): Record<string, string> {
  const { service = 'sqs', path = '/', body = '{}', keys, headers = {}, atMs = Date.now() } = call;
  const signed = { ...headers, host: new URL(url).host, 'x-amz-date': signatureInstant(atMs) };
  const sign = awsSigner({ service, region: 'eu-central-1' });
  return { ...signed, authorization: sign({ method: 'POST', path, headers: signed, body }, keys) };
}

export async function signedFetch(url: string, call: Signed): Promise<Response> {
  const { path = '/', body = '{}', signal } = call;
  return fetch(url + path, {
    method: 'POST',
    headers: signedHeaders(url, call),
    body,
    ...(signal && { signal }),
  });
}
