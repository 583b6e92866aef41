import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock, UnsubscribeKeyStore } from '../core/ports.ts';
import type { UnsubscribeKeys } from '../core/signing/unsubscribe-token.ts';
import { parseCredential } from './secret-shapes.ts';
import { readSecret } from './secrets-manager-secrets.ts';

const TTL_MS = 300_000;
/** How long the store is left alone after it failed. */
const FAILURE_TTL_MS = 5_000;

/** The keys of the unsubscribe links in the secret `{prefix}/unsubscribe-key`: `{"current": …, "previous": …}`. */
export function secretsManagerUnsubscribeKeys({
  client,
  prefix,
  clock,
}: {
  client: SecretsManagerClient;
  prefix: string;
  clock: Clock;
}): UnsubscribeKeyStore {
  let known: UnsubscribeKeys | undefined;
  let askAgainMs = 0;
  let running: Promise<UnsubscribeKeys> | undefined;

  async function ask(): Promise<UnsubscribeKeys> {
    try {
      const { current, previous } = await readSecret(client, `${prefix}/unsubscribe-key`, parseCredential);
      known = { current, ...(previous !== undefined && { previous }) };
      askAgainMs = clock.now() + TTL_MS;
      return known;
    } catch (error) {
      // An old key still signs and reads its own links: better than no mail.
      if (known === undefined) throw error;
      askAgainMs = clock.now() + FAILURE_TTL_MS;
      return known;
    } finally {
      running = undefined;
    }
  }

  return {
    keys: async () => {
      if (known !== undefined && clock.now() < askAgainMs) return known;
      running ??= ask();
      return running;
    },
  };
}
