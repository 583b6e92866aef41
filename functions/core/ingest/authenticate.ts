import { hasSecret, provesInBody, type Source } from '../model/config/source.ts';
import type { SourceSecrets } from './ports.ts';
import { liveSecrets } from '../signing/live-secrets.ts';
import { verifyHmac } from './auth/hmac-signature.ts';
import { verifyRoutingKey } from './auth/routing-key.ts';
import { verifyBasic, verifyBearer, verifySharedSecret } from './auth/secret-in-header.ts';
import { AUTHENTIC, refused, type AuthVerdict } from './auth/verdict.ts';
import type { IngestRequest } from './ingest-request.ts';

/**
 * Whether the request comes from who the source says.
 *
 * A credential that does not match may be one rotated a moment ago: the store is asked once more, at most once
 * per source and 30 s, so that a stream of wrong signatures costs nothing. What is rotated within those 30 s counts
 * as soon as the source's new version is seen, which is a matter of seconds and costs one call per rotation.
 *
 * What stands in the body is judged once the body is read: `authenticateBody`.
 *
 * @throws what the secret store throws when it fails and nothing usable is cached: never open.
 */
export async function authenticate(
  source: Source,
  request: IngestRequest,
  secrets: SourceSecrets,
  nowMs: number,
): Promise<AuthVerdict> {
  if ((source.auth.type === 'aws-event') !== (request.via === 'aws-event')) {
    return refused('wrong-door');
  }
  if (!hasSecret(source.auth) || provesInBody(source.auth)) {
    return AUTHENTIC;
  }
  return withSecrets(source, secrets, nowMs, (live) => verify(source, request, live, nowMs));
}

/** Whether the routing key in a body is the source's. What SNS signed is for `checkSnsMessages`. */
export async function authenticateBody(
  source: Source,
  documents: readonly unknown[],
  secrets: SourceSecrets,
  nowMs: number,
): Promise<AuthVerdict> {
  return source.auth.type === 'routing-key'
    ? withSecrets(source, secrets, nowMs, (live) => verifyRoutingKey(documents, live))
    : AUTHENTIC;
}

async function withSecrets(
  source: Source,
  secrets: SourceSecrets,
  nowMs: number,
  judge: (live: readonly string[]) => AuthVerdict,
): Promise<AuthVerdict> {
  const verdict = judge(liveSecrets(await secrets.credential(source.id, source.secretVersion), nowMs));
  if (verdict.ok || verdict.cause !== 'wrong-credential') {
    return verdict;
  }
  const refreshed = await secrets.refresh(source.id);
  return refreshed === undefined ? verdict : judge(liveSecrets(refreshed, nowMs));
}

function verify(
  { auth }: Source,
  request: IngestRequest,
  secrets: readonly string[],
  nowMs: number,
): AuthVerdict {
  switch (auth.type) {
    case 'shared-secret':
      return verifySharedSecret(request.headers[auth.header], secrets);
    case 'bearer':
      return verifyBearer(request.headers['authorization'], secrets);
    case 'basic':
      return verifyBasic(request.headers['authorization'], auth.username, secrets);
    case 'hmac':
      return verifyHmac(auth, request, secrets, nowMs);
    case 'sns':
    case 'routing-key':
    case 'aws-event':
    case 'none':
      return AUTHENTIC;
  }
}
