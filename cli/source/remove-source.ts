import type { Located } from '../../functions/core/operator/ports.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import type { Gateway } from '../gateway.ts';

/** Deletes a source, then its secret: a source without its secret would answer 503 instead of 401. */
export async function removeSource(
  { config, secrets, sourceHealth }: Gateway,
  source: Located,
): Promise<void> {
  const result = await config.delete(source);
  if (result !== 'changed') throw deletedOrChanged('source', source.name ?? source.id, result);
  // Also of one that has no use for a secret now: it may have had one.
  await secrets.delete('source', source.id);
  await sourceHealth.delete(source.id);
}
