import { hmac } from '../../functions/core/signing/hmac.ts';
import { standardWebhooksKey } from '../../functions/core/signing/standard-webhooks.ts';
import type { SourceAuth } from '../../functions/core/model/config/source.ts';

/**
 * The headers with which a sender proves itself to a source of ours, for this body and this moment.
 *
 * The other side of `functions/core/ingest/authenticate.ts`: a test sends what one makes to the other.
 */
export function credentialHeaders(
  auth: SourceAuth,
  secret: string | undefined,
  body: string,
  { nowMs, id }: { nowMs: number; id: string },
): Record<string, string> {
  if (auth.type === 'none' || auth.type === 'sns' || auth.type === 'aws-event' || secret === undefined)
    return {};
  switch (auth.type) {
    // The body holds it: `credentialFields`.
    case 'routing-key':
      return {};
    case 'shared-secret':
      return { [auth.header]: secret };
    case 'bearer':
      return { authorization: `Bearer ${secret}` };
    case 'basic':
      return {
        authorization: `Basic ${Buffer.from(`${auth.username}:${secret}`, 'utf8').toString('base64')}`,
      };
    case 'hmac':
      return signatureHeaders(auth, secret, body, { timestamp: String(Math.floor(nowMs / 1_000)), id });
  }
}

function signatureHeaders(
  auth: Extract<SourceAuth, { type: 'hmac' }>,
  secret: string,
  body: string,
  { timestamp, id }: { timestamp: string; id: string },
): Record<string, string> {
  const preamble = {
    body: '',
    'timestamp.body': `${timestamp}.`,
    'timestamp:body': `${timestamp}:`,
    timestampbody: timestamp,
    'v0:timestamp:body': `v0:${timestamp}:`,
    'id.timestamp.body': `${id}.${timestamp}.`,
  }[auth.signedContent];
  const isStandard = auth.signedContent === 'id.timestamp.body';
  const key = isStandard ? standardWebhooksKey(secret) : secret;
  const digest = hmac(auth.algorithm, key, preamble, body);
  if (auth.timestampHeader === auth.header) {
    return { [auth.header]: `t=${timestamp},v1=${digest.toString('hex')}` };
  }
  return {
    [auth.header]: isStandard
      ? `v1,${digest.toString('base64')}`
      : `${auth.algorithm}=${digest.toString('hex')}`,
    ...(auth.timestampHeader !== undefined && { [auth.timestampHeader]: timestamp }),
    ...(auth.idHeader !== undefined && { [auth.idHeader]: id }),
  };
}

/** The fields by which a body proves itself where no header does. */
export function credentialFields(auth: SourceAuth, secret: string | undefined): Record<string, string> {
  return auth.type === 'routing-key' && secret !== undefined ? { routing_key: secret } : {};
}
