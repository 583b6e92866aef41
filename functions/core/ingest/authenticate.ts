import { hasSecret, type Source } from '../model/config/source.ts';
import type { Credential } from '../model/config/credential.ts';
import type { SourceSecrets } from './ports.ts';
import { liveSecrets } from '../signing/live-secrets.ts';
import { verifyHmac } from './auth/hmac-signature.ts';
import { verifyBasic, verifyBearer, verifySharedSecret } from './auth/secret-in-header.ts';
import { AUTHENTIC, type AuthVerdict } from './auth/verdict.ts';
import type { IngestRequest } from './ingest-request.ts';

/**
 * Whether the request comes from who the source says.
 *
 * A credential that does not match may be one rotated a moment ago: the store is asked once more, at most once
 * per source and 30 s, so that a stream of wrong signatures costs nothing. What is rotated within those 30 s counts
 * as soon as the source's new version is seen, which is a matter of seconds and costs one call per rotation.
 *
 * @throws what the secret store throws when it fails and nothing usable is cached: never open.
 */
export async function authenticate(
  source: Source,
  request: IngestRequest,
  secrets: SourceSecrets,
  nowMs: number,
): Promise<AuthVerdict> {
  // What SNS signed is in the body: `checkSnsMessages` judges it once the body is read.
  if (!hasSecret(source.auth)) {
    return AUTHENTIC;
  }
  const verdict = verify(source, request, await secrets.credential(source.id, source.secretVersion), nowMs);
  if (verdict.ok || verdict.cause !== 'wrong-credential') {
    return verdict;
  }
  const refreshed = await secrets.refresh(source.id);
  return refreshed === undefined ? verdict : verify(source, request, refreshed, nowMs);
}

function verify(source: Source, request: IngestRequest, credential: Credential, nowMs: number): AuthVerdict {
  const secrets = liveSecrets(credential, nowMs);
  const { auth } = source;
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
    case 'none':
      return AUTHENTIC;
  }
}
