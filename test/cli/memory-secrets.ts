import { CREDENTIAL, DESTINATION_SECRET, type SecretShape } from '../../functions/adapters/secrets/shapes.ts';
import {
  SecretNotFoundError,
  UnreadableConfigError,
} from '../../functions/core/model/config/unreadable-config.ts';
import type {
  Saved,
  SecretWriter,
  UnsubscribeKeySecret,
  UnsubscribeKeyWriter,
  Versioned,
} from '../../functions/core/operator/ports.ts';

/** Secrets by path in memory, held against the store's by test/contracts/secrets.test.ts. */
export function memorySecrets(kept: Map<string, unknown>): SecretWriter {
  /** How often each was saved: one that was changed and changed back is not the one that was read. */
  const saves = new Map<string, number>();
  const versionOf = (path: string): string | undefined =>
    kept.has(path) ? `${String(saves.get(path) ?? 0)} ${JSON.stringify(kept.get(path))}` : undefined;

  function read<T>(path: string, shape: SecretShape<T>): Versioned<T> {
    const version = versionOf(path);
    if (version === undefined) throw new SecretNotFoundError(path);
    const stored = shape(asStored(kept.get(path)));
    if ('problem' in stored) throw new UnreadableConfigError(`secret ${path}: ${stored.problem}`);
    return { value: stored.value, version };
  }

  function save(path: string, value: object, over: string | undefined): Saved {
    if (versionOf(path) !== over) return { result: 'changed-meanwhile' };
    kept.set(path, asStored(value));
    saves.set(path, (saves.get(path) ?? 0) + 1);
    return { result: 'saved', version: versionOf(path) ?? '' };
  }

  return {
    readSource: async (id) => read(`source/${id}`, CREDENTIAL),
    readDestination: async (id) => read(`destination/${id}`, DESTINATION_SECRET),
    readText: async (name) => {
      const text = kept.get(name);
      return typeof text === 'string' ? text : undefined;
    },
    versionOf: async (kind, id) => versionOf(`${kind}/${id}`),
    saveSource: async (id, credential, over) => save(`source/${id}`, credential, over),
    saveDestination: async (id, secret, over) => save(`destination/${id}`, secret, over),
    clear: async (kind, id, over) => void save(`${kind}/${id}`, {}, over),
    delete: async (kind, id) => void kept.delete(`${kind}/${id}`),
  };
}

/** The key of the unsubscribe links, in the one place that a test can look into. */
export function memoryUnsubscribeKey(kept: { unsubscribeKey: UnsubscribeKeySecret }): UnsubscribeKeyWriter {
  let saves = 0;
  const version = () => `${String(saves)} ${JSON.stringify(kept.unsubscribeKey)}`;
  return {
    read: async () => ({ value: kept.unsubscribeKey, version: version() }),
    version: async () => version(),
    replace: async (secret, over) => {
      if (version() !== over) return { result: 'changed-meanwhile' };
      kept.unsubscribeKey = asStored(secret);
      saves += 1;
      return { result: 'saved', version: version() };
    },
  };
}

/** A store keeps text. */
function asStored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
