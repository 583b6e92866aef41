import type { CallerIdentity } from '../functions/adapters/operator/caller-identity.ts';
import type { HistoryKind } from '../functions/core/operator/ports.ts';
import type { Gateway } from './gateway.ts';

/** Who works: a change must not fail because STS does not answer, and says so then. */
export async function callerOf({ arn }: Pick<CallerIdentity, 'arn'>): Promise<string> {
  try {
    return await arn();
  } catch (error) {
    return `unknown (${error instanceof Error ? error.name : 'error'})`;
  }
}

/** Asked for at most once in a command. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return async () => (answer ??= ask());
}

/** Who changed an item last; undefined for one that is older than that being kept. */
export async function lastChangedBy(
  { history }: Gateway,
  kind: HistoryKind,
  id: string,
): Promise<string | undefined> {
  return (await history.of(kind, id)).at(-1)?.by;
}
