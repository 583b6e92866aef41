import type { SourceSecrets } from '../../core/ingest/ports.ts';
import { CREDENTIAL } from './shapes.ts';
import { secretsManagerSecrets, type SecretsOptions } from './secrets.ts';

/** Secrets `{prefix}/source/{id}`. */
export function secretsManagerSourceSecrets(options: SecretsOptions): SourceSecrets {
  const secrets = secretsManagerSecrets({ ...options, kind: 'source', shape: CREDENTIAL });
  return { credential: secrets.get, refresh: secrets.refresh };
}
