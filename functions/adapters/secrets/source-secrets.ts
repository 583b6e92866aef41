import type { SourceSecrets } from '../../core/ingest/ports.ts';
import { parseCredential } from './shapes.ts';
import { secretsManagerSecrets, type SecretsOptions } from './secrets.ts';

/** Secrets `{prefix}/source/{id}`. */
export function secretsManagerSourceSecrets(options: SecretsOptions): SourceSecrets {
  const secrets = secretsManagerSecrets({ ...options, kind: 'source', parse: parseCredential });
  return { credential: secrets.get, refresh: secrets.refresh };
}
