import { secretChangedMeanwhile } from './changed-meanwhile.ts';
import { nameTaken } from './name-taken.ts';
import { CliFailure } from '../failure.ts';
import type { ConfigOf } from '../../functions/core/model/config/config-of.ts';
import type { ConfigKind, MadeBy, Saved } from '../../functions/core/operator/ports.ts';
import type { Gateway } from '../gateway.ts';

/**
 * Stores an item after its secret, so that nothing ever points to a secret that is not there; when the item cannot
 * be stored, the secret goes as well.
 */
export async function createConfig<K extends ConfigKind>(
  gateway: Gateway,
  kind: K,
  item: ConfigOf<K>,
  {
    saveSecret,
    madeBy,
  }: { saveSecret?: (() => Promise<Saved>) | undefined; madeBy?: MadeBy | undefined } = {},
): Promise<void> {
  if ((await gateway.config.locate(kind, item.name)) !== undefined) throw nameTaken(kind, item.name);
  const saved = await saveSecret?.();
  if (saved?.result === 'changed-meanwhile' && isSecretive(kind))
    throw secretChangedMeanwhile(kind, item.name);
  const made = { hasSecret: saveSecret !== undefined };
  let result: 'created' | 'name-taken';
  try {
    result = await gateway.config.create(kind, item, madeBy);
  } catch (error) {
    // The answer may have been lost after the write, so the item goes first.
    await undo(gateway, kind, item, { ...made, mayExist: true, cause: error });
    throw error;
  }
  if (result === 'name-taken') {
    const failure = nameTaken(kind, item.name);
    await undo(gateway, kind, item, { ...made, mayExist: false, cause: failure });
    throw failure;
  }
}

async function undo<K extends ConfigKind>(
  gateway: Gateway,
  kind: K,
  item: ConfigOf<K>,
  { hasSecret, mayExist, cause }: { hasSecret: boolean; mayExist: boolean; cause: unknown },
): Promise<void> {
  try {
    const stored = mayExist ? await gateway.config.locate(kind, item.id) : undefined;
    if (stored !== undefined) await gateway.config.delete(stored);
    if (hasSecret && isSecretive(kind)) await gateway.secrets.delete(kind, item.id);
  } catch {
    const secret = `${gateway.manifest.secretPrefix}/${kind}/${item.id}`;
    throw new CliFailure(
      'half-made',
      `the ${kind} ${JSON.stringify(item.name)} could not be stored, and what was made of it could not be removed: delete the secret ${secret}`,
      { cause },
    );
  }
}

/** Kinds whose items have a secret beside them. */
function isSecretive(kind: ConfigKind): kind is 'source' | 'destination' {
  return kind === 'source' || kind === 'destination';
}
