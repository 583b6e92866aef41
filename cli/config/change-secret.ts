import { isDeepStrictEqual } from 'node:util';
import type { ConfigOf } from '../../functions/core/model/config/config-of.ts';
import type { Change, Saved, SecretWriter, Versioned } from '../../functions/core/operator/ports.ts';
import {
  SecretNotFoundError,
  UnreadableConfigError,
} from '../../functions/core/model/config/unreadable-config.ts';
import { CliFailure } from '../failure.ts';
import { randomOf } from '../io.ts';
import type { Session } from '../session.ts';
import { secretChangedMeanwhile } from './changed-meanwhile.ts';
import { randomUuid } from './random-id.ts';

/** A secret that goes with a change of configuration. */
export type SecretChange<T> = {
  after: T;
  /** The version that was read; undefined where there was none. */
  over: string | undefined;
  /** The secret before the change; undefined where it held nothing that is needed. */
  before: T | undefined;
};

type Kind = 'source' | 'destination';
type Item = { kind: Kind; id: string; name: string };

/** Far longer than a command takes from its first write to its last: the AWS clients give up before. */
const RESERVED_MS = 60_000;

/**
 * The secret and then the configuration: that must never name what is not there. When the configuration cannot be
 * written, the secret is put back; the item is reserved, so nobody has built on it.
 *
 * A write that fails may have been made all the same, when its answers were lost. So the stored item is read then.
 */
export async function changeBoth<K extends Kind, T>(
  session: Session,
  { kind, before, after }: { kind: K; before: ConfigOf<K>; after: ConfigOf<K> },
  change: SecretChange<T> | undefined,
  secrets: Pick<SecretWriter, 'clear'> & { save(value: T, over: string | undefined): Promise<Saved> },
): Promise<Change | 'name-taken'> {
  const { config } = await session.gateway();
  const item = { kind, id: before.id, name: before.name };
  const writeConfig = async () => {
    try {
      return await config.update(kind, before, after);
    } catch (error) {
      const stored = await config.find(kind, before.id);
      if (isDeepStrictEqual(stored, JSON.parse(JSON.stringify(after)))) return 'changed';
      throw error;
    }
  };
  if (change === undefined) return writeConfig();
  return reserved(session, item, async () => {
    const saved = await savedSecret(session, item, change.over, async () =>
      secrets.save(change.after, change.over),
    );
    const putBack = async () => {
      if (change.before === undefined) await secrets.clear(kind, item.id, saved.version);
      else await secrets.save(change.before, saved.version);
    };
    try {
      const result = await writeConfig();
      if (result !== 'changed') await putBack();
      return result;
    } catch (error) {
      await putBack().catch(() => {
        throw halfMade(item, error);
      });
      throw error;
    }
  });
}

/** Saves a secret, inside a reservation: where the save fails, a version that was not there before is the one it made. */
export async function savedSecret(
  session: Session,
  item: Item,
  over: string | undefined,
  save: () => Promise<Saved>,
): Promise<Saved & { result: 'saved' }> {
  const { secrets } = await session.gateway();
  let saved: Saved;
  try {
    saved = await save();
  } catch (error) {
    const version = await secrets.versionOf(item.kind, item.id).catch(() => {
      throw halfMade(item, error);
    });
    if (version === undefined || version === over) throw error;
    saved = { result: 'saved', version };
  }
  if (saved.result === 'changed-meanwhile') throw secretChangedMeanwhile(item.kind, item.name);
  return saved;
}

function halfMade({ kind, name }: Item, cause: unknown): CliFailure {
  return new CliFailure(
    'half-made',
    `the secret of ${kind} ${JSON.stringify(name)} may be the new one, and its configuration is the old one; AWS answers no longer, so nothing could be put back: run the command again`,
    { cause },
  );
}

/**
 * Does something to an item and its secret that no other command does meanwhile.
 *
 * Two conditional writes are not one: without a reservation a second command would read the secret of a first one that
 * is about to fail, and build on it.
 */
export async function reserved<T>(
  session: Session,
  { kind, id, name }: Item,
  work: () => Promise<T>,
): Promise<T> {
  const { config } = await session.gateway();
  const nowMs = session.io.clock.now();
  const reservation = { by: randomUuid(randomOf(session.io)), nowMs, untilMs: nowMs + RESERVED_MS };
  const result = await config.reserve(kind, id, reservation);
  if (result === 'reserved-already') {
    throw new CliFailure(
      'changed-meanwhile',
      `${kind} ${JSON.stringify(name)} is being changed by another command; this one changed nothing, run it again in a minute`,
    );
  }
  try {
    // An item that is deleted by now is found out by the work itself, in its own words.
    return await work();
  } finally {
    // A reservation that cannot be given back ends by itself.
    if (result === 'reserved') await config.release(kind, id, reservation).catch(() => undefined);
  }
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
