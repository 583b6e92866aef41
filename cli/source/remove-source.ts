import type { Located } from '../../functions/core/operator/ports.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { tellLeftOver } from '../config/tell-left-over.ts';
import type { Gateway } from '../gateway.ts';

/** Deletes a source, then its secret: a source without its secret would answer 503 instead of 401. */
export async function removeSource(gateway: Gateway, source: Located): Promise<void> {
  const { config, secrets, sourceHealth } = gateway;
  const { id, name = id } = source;
  const isDone = async () => (await config.locate('source', id)) === undefined;
  await tellLeftOver(gateway, { kind: 'source', id, name, done: 'deleted', isDone }, async () => {
    const result = await config.delete(source);
    if (result !== 'changed') throw deletedOrChanged('source', name, result);
    // Also of one that has no use for a secret now: it may have had one.
    await secrets.delete('source', id);
    await sourceHealth.delete(id);
  });
}
