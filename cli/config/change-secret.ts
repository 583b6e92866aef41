import { isDeepStrictEqual } from 'node:util';
import { SecretNotFoundError } from '../../functions/adapters/secrets/secrets.ts';
import { UnreadableConfigError } from '../../functions/core/model/config/unreadable-config.ts';
import type { Change, Saved, SecretWriter, Versioned } from '../../functions/core/operator/ports.ts';
import { secretChangedMeanwhile } from './changed-meanwhile.ts';

/** A secret that goes with a change of configuration. */
export type SecretChange<T> = {
  after: T;
  /** The version that was read; undefined where there was none. */
  over: string | undefined;
  /** What it was; undefined where it held nothing that is needed. */
  before: T | undefined;
};

type Secrets<T> = Pick<SecretWriter, 'clear'> & {
  read(): Promise<Versioned<T>>;
  save(value: T, over: string | undefined): Promise<Saved>;
};

/** How often somebody else may come between while the secret is put back. */
const MAX_TRIES = 5;

/**
 * The secret and then the configuration: that must never name what is not there. When somebody else changed the
 * configuration meanwhile, the secret is put back; where that was changed again as well, what this change brought in is
 * taken out of it.
 */
export async function changeBoth<T extends object>(
  item: { kind: 'source' | 'destination'; id: string; name: string },
  change: SecretChange<T> | undefined,
  secrets: Secrets<T>,
  writeConfig: () => Promise<Change | 'name-taken'>,
): Promise<Change | 'name-taken'> {
  if (change === undefined) return writeConfig();
  const saved = await secrets.save(change.after, change.over);
  if (saved.result === 'changed-meanwhile') throw secretChangedMeanwhile(item.kind, item.name);
  const result = await writeConfig();
  if (result !== 'changed') {
    if (change.before === undefined) await secrets.clear(item.kind, item.id, saved.version);
    else await putBack(change.before, change.after, saved.version, secrets);
  }
  return result;
}

async function putBack<T extends object>(
  before: T,
  after: T,
  version: string,
  secrets: Secrets<T>,
): Promise<void> {
  let now = { value: after, version };
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const saved = await secrets.save(withoutChange(now.value, before, after), now.version);
    if (saved.result !== 'changed-meanwhile') return;
    try {
      now = await secrets.read();
      // Somebody else made the very same change, and succeeded.
      if (isDeepStrictEqual(now.value, after)) return;
    } catch (error) {
      if (error instanceof SecretNotFoundError) return;
      throw error;
    }
  }
}

/** A secret in which the fields that still hold what `after` put there hold what `before` had. */
function withoutChange<T extends object>(now: T, before: T, after: T): T {
  const old = new Map(Object.entries(before));
  const brought = new Map(Object.entries(after));
  const fields = Object.entries(now).flatMap(([field, value]) => {
    if (!isDeepStrictEqual(value, brought.get(field))) return [[field, value]];
    return old.has(field) ? [[field, old.get(field)]] : [];
  });
  const lost = [...old].filter(([field]) => !(field in now) && !brought.has(field));
  return Object.fromEntries([...fields, ...lost]) as T;
}

/** What is there before a secret is made: somebody else may have made it a moment ago, and it is put back if so. */
export async function foundBefore<T>(
  read: () => Promise<Versioned<T>>,
  versionOf: () => Promise<string | undefined>,
): Promise<{ value: T | undefined; version: string | undefined }> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SecretNotFoundError) return { value: undefined, version: undefined };
    if (!(error instanceof UnreadableConfigError)) throw error;
    return { value: undefined, version: await versionOf() };
  }
}
