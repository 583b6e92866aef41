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
  /** What it was; undefined where it held nothing that is needed. */
  before: T | undefined;
};

type Item = { kind: 'source' | 'destination'; id: string; name: string };

/** Far longer than a command takes from its first write to its last: the AWS clients give up before. */
const RESERVED_MS = 60_000;

/**
 * The secret and then the configuration: that must never name what is not there. When somebody else changed the
 * configuration meanwhile, the secret is put back; the item is reserved, so nobody has built on it.
 */
export async function changeBoth<T>(
  session: Session,
  item: Item,
  change: SecretChange<T> | undefined,
  secrets: Pick<SecretWriter, 'clear'> & { save(value: T, over: string | undefined): Promise<Saved> },
  writeConfig: () => Promise<Change | 'name-taken'>,
): Promise<Change | 'name-taken'> {
  if (change === undefined) return writeConfig();
  return reserved(session, item, async () => {
    const saved = await secrets.save(change.after, change.over);
    if (saved.result === 'changed-meanwhile') throw secretChangedMeanwhile(item.kind, item.name);
    const result = await writeConfig();
    if (result !== 'changed') {
      if (change.before === undefined) await secrets.clear(item.kind, item.id, saved.version);
      else await secrets.save(change.before, saved.version);
    }
    return result;
  });
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
    // What is deleted by now the work itself finds out, in its own words.
    return await work();
  } finally {
    if (result === 'reserved') await config.release(kind, id, reservation);
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
