import { CANARY_DESTINATION_ID } from '../../functions/core/model/config/canary.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import type { Emulators } from '../emulators/emulators.ts';
import { openTlsDoor } from '../gateway/tls-door.ts';
import { parseJsonObject } from '../json-object.ts';

/** The door by which canaries come back, where the template has any; the manifest then says so. */
export async function openCanaryDoor(manifest: Manifest) {
  const { canary } = manifest;
  if (canary === undefined || 'off' in canary) return undefined;
  const door = await openTlsDoor(new URL(canary.url).pathname);
  canary.url = door.url;
  return {
    ...door,
    /** Puts the authority of the door beside the secret of the canary's destination, as `--ca-file` does for others. */
    trust({ secretsManager }: Emulators): void {
      const SecretId = `${manifest.secretPrefix}/destination/${CANARY_DESTINATION_ID}`;
      const { SecretString } = secretsManager.call('GetSecretValue', { SecretId });
      secretsManager.call('PutSecretValue', {
        SecretId,
        SecretString: JSON.stringify({ ...parseJsonObject(String(SecretString)), ca: door.ca }),
      });
    },
  };
}
