import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  SecretNotFoundError,
  type UnreadableConfig,
  UnreadableConfigError,
} from '../../core/model/config/unreadable-config.ts';
import type { Clock } from '../../core/world.ts';
import { isWithin } from '../memory/within.ts';
import type { SecretShape } from './shapes.ts';

/** How long a secret is used without asking again. */
const TTL_MS = 300_000;
/** How old a secret may be while the store does not answer. */
const MAX_STALE_MS = 900_000;
/** How long the store is left alone after it failed, or knew no such secret. */
const FAILURE_TTL_MS = 5_000;
/** The same while nothing usable is known, and every request has to be refused until the store answers. */
const REFUSING_TTL_MS = 1_000;
const REFRESH_EVERY_MS = 30_000;

type Secrets<T> = {
  /** `version`: the secret may not be older than what the store held when somebody first asked with this number. */
  get: (id: string, version?: number) => Promise<T>;
  /** Asks the store now; undefined when that was done within 30 s. */
  refresh: (id: string) => Promise<T | undefined>;
};

export type SecretsOptions = { client: SecretsManagerClient; prefix: string; clock: Clock };

/** One JSON secret per source or destination, remembered for 5 minutes, and 15 while the store does not answer. */
export function secretsManagerSecrets<T>({
  client,
  prefix,
  clock,
  kind,
  shape,
}: SecretsOptions & { kind: 'source' | 'destination'; shape: SecretShape<T> }): Secrets<T> {
  const known = new Map<string, { value: T; fetchedMs: number; freshUntilMs: number; version: number }>();
  const missing = new Map<string, { untilMs: number; version: number }>();
  const failed = new Map<string, { error: unknown; untilMs: number; version: number }>();
  const refreshed = new Map<string, number>();
  const inFlight = new Map<string, { answer: Promise<T>; version: number }>();

  async function fetch(id: string, version: number): Promise<T> {
    try {
      const value = await readSecret(client, secretOf(prefix, kind, id), shape);
      const nowMs = clock.now();
      if ((known.get(id)?.version ?? 0) <= version) {
        known.set(id, { value, fetchedMs: nowMs, freshUntilMs: nowMs + TTL_MS, version });
      }
      missing.delete(id);
      failed.delete(id);
      return value;
    } catch (error) {
      if (error instanceof SecretNotFoundError) {
        // What was deleted must not be usable any more.
        known.delete(id);
        missing.set(id, { untilMs: clock.now() + FAILURE_TTL_MS, version });
      }
      throw error;
    } finally {
      if (inFlight.get(id)?.version === version) inFlight.delete(id);
    }
  }

  async function fetchOnce(id: string, version: number): Promise<T> {
    const running = inFlight.get(id);
    // One that began before the change may bring what was there before it.
    if (running !== undefined && running.version >= version) return running.answer;
    const answer = fetch(id, version);
    inFlight.set(id, { answer, version });
    return answer;
  }

  return {
    get: async (id, version = 0) => {
      const entry = known.get(id);
      const isOutdated = entry !== undefined && entry.version < version;
      if (entry !== undefined && !isOutdated && isWithin(entry.freshUntilMs, TTL_MS, clock.now())) {
        return entry.value;
      }
      const absence = missing.get(id);
      if (
        absence !== undefined &&
        absence.version >= version &&
        isWithin(absence.untilMs, FAILURE_TTL_MS, clock.now())
      ) {
        const { name, of } = secretOf(prefix, kind, id);
        throw new SecretNotFoundError(name, of);
      }
      const wanted = Math.max(version, entry?.version ?? 0);
      const failure = failed.get(id);
      if (
        failure !== undefined &&
        failure.version >= wanted &&
        isWithin(failure.untilMs, REFUSING_TTL_MS, clock.now())
      ) {
        throw failure.error;
      }
      try {
        return await fetchOnce(id, wanted);
      } catch (error) {
        const stale = known.get(id);
        // A secret that was changed since may be revoked by now: better late than refused.
        // After a clock that jumped back nobody knows how old it is.
        const isUsable =
          stale !== undefined && isWithin(stale.fetchedMs + MAX_STALE_MS + 1, MAX_STALE_MS + 1, clock.now());
        if (!isUsable || isOutdated) {
          failed.set(id, { error, untilMs: clock.now() + REFUSING_TTL_MS, version: wanted });
          throw error;
        }
        stale.freshUntilMs = Math.min(clock.now() + FAILURE_TTL_MS, stale.fetchedMs + MAX_STALE_MS);
        return stale.value;
      }
    },
    refresh: async (id) => {
      const againMs = (refreshed.get(id) ?? Number.NEGATIVE_INFINITY) + REFRESH_EVERY_MS;
      if (isWithin(againMs, REFRESH_EVERY_MS, clock.now())) return undefined;
      refreshed.set(id, clock.now());
      return fetchOnce(id, known.get(id)?.version ?? 0);
    },
  };
}

/** A secret by its name in the store, and what it belongs to. */
export type SecretPlace = { name: string; of: Omit<UnreadableConfig, 'problem'> };

export function secretOf(prefix: string, kind: 'source' | 'destination', id: string): SecretPlace {
  return { name: `${prefix}/${kind}/${id}`, of: { kind, id, isSecret: true } };
}

export function unsubscribeKeyOf(prefix: string): SecretPlace {
  return { name: `${prefix}/unsubscribe-key`, of: { kind: 'unsubscribe-key', id: 'unsubscribe-key' } };
}

/**
 * One secret, now. No error quotes any of it.
 *
 * @throws SecretNotFoundError, and UnreadableConfigError for a value that is not of the shape
 */
export async function readSecret<T>(
  client: SecretsManagerClient,
  place: SecretPlace,
  shape: SecretShape<T>,
): Promise<T> {
  return (await readSecretVersion(client, place, shape)).value;
}

/** The same, with the version that a change of it is made of. */
export async function readSecretVersion<T>(
  client: SecretsManagerClient,
  place: SecretPlace,
  shape: SecretShape<T>,
): Promise<{ value: T; version: string }> {
  const { text, version } = await getSecret(client, place);
  const read = shape(parseJson(text));
  if ('value' in read) return { value: read.value, version };
  const { problem } = read;
  throw new UnreadableConfigError(`secret "${place.name}" cannot be read: ${problem}`, {
    ...place.of,
    problem,
  });
}

/** Its text and the id of its version. */
export async function getSecret(
  client: SecretsManagerClient,
  { name, of }: SecretPlace,
): Promise<{ text: string | undefined; version: string }> {
  try {
    const { SecretString, VersionId } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return { text: SecretString, version: VersionId ?? '' };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ResourceNotFoundException') {
      throw new SecretNotFoundError(name, of);
    }
    throw new Error(`secret "${name}" cannot be read`, { cause });
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    // The parser's message quotes its input.
    return undefined;
  }
}
