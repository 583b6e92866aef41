import { SecretNotFoundError } from '../../functions/core/model/config/unreadable-config.ts';
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

/**
 * The secret and then the configuration: that must never name what is not there. When somebody else changed the
 * configuration meanwhile, the secret is put back, unless it has been changed again as well.
 */
export async function changeBoth<T>(
  item: { kind: 'source' | 'destination'; id: string; name: string },
  change: SecretChange<T> | undefined,
  secrets: Pick<SecretWriter, 'clear'> & { save(value: T, over: string | undefined): Promise<Saved> },
  writeConfig: () => Promise<Change | 'name-taken'>,
): Promise<Change | 'name-taken'> {
  if (change === undefined) return writeConfig();
  const saved = await secrets.save(change.after, change.over);
  if (saved.result === 'changed-meanwhile') throw secretChangedMeanwhile(item.kind, item.name);
  const result = await writeConfig();
  if (result !== 'changed') {
    if (change.before === undefined) await secrets.clear(item.kind, item.id, saved.version);
    else await secrets.save(change.before, saved.version);
  }
  return result;
}

/** A secret and its version before a change. `value` is undefined where there is none, or none that can be read. */
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
