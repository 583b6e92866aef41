import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../core/world.ts';
import type { UnsubscribeKeyStore } from '../../core/recipients/ports.ts';
import type { UnsubscribeKeys } from '../../core/signing/unsubscribe-token.ts';
import { isWithin } from '../memory/within.ts';
import { CREDENTIAL } from './shapes.ts';
import { readSecret, unsubscribeKeyOf } from './secrets.ts';

/** How long keys are used without asking again, and how old they may be while the store does not answer. */
type Ages = { ttlMs: number; maxStaleMs: number };

/** For signing. A key that a rotation dropped signs for a minute at most: its links would be dead. */
export const SIGNING_KEY_AGES: Ages = { ttlMs: 60_000, maxStaleMs: Number.POSITIVE_INFINITY };
/** For reading. Somebody who broke a key off by a rotation means now, and a link is opened rarely. */
export const READING_KEY_AGES: Ages = { ttlMs: 5_000, maxStaleMs: 30_000 };

/** How long the store is left alone after it failed. */
const FAILURE_TTL_MS = 5_000;

/** The keys of the unsubscribe links in the secret `{prefix}/unsubscribe-key`: `{"current": …, "previous": …}`. */
export function secretsManagerUnsubscribeKeys({
  client,
  prefix,
  clock,
  ages,
}: {
  client: SecretsManagerClient;
  prefix: string;
  clock: Clock;
  ages: Ages;
}): UnsubscribeKeyStore {
  let known: UnsubscribeKeys | undefined;
  let readMs = 0;
  let askAgainMs = 0;
  let running: Promise<UnsubscribeKeys> | undefined;

  /** After a clock that jumped back nobody knows how old it is. */
  function isYoung(): boolean {
    const { maxStaleMs } = ages;
    return maxStaleMs === Infinity || isWithin(readMs + maxStaleMs + 1, maxStaleMs + 1, clock.now());
  }

  async function ask(): Promise<UnsubscribeKeys> {
    try {
      const { current, previous } = await readSecret(client, unsubscribeKeyOf(prefix), CREDENTIAL);
      known = { current, ...(previous !== undefined && { previous }) };
      readMs = clock.now();
      askAgainMs = readMs + ages.ttlMs;
      return known;
    } catch (error) {
      // An old key still signs and reads its own links: better than no mail.
      if (known === undefined || !isYoung()) throw error;
      askAgainMs = clock.now() + FAILURE_TTL_MS;
      return known;
    } finally {
      running = undefined;
    }
  }

  return {
    keys: async () => {
      if (known !== undefined && isWithin(askAgainMs, ages.ttlMs, clock.now())) return known;
      running ??= ask();
      return running;
    },
  };
}
