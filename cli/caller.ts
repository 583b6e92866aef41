import type { CallerIdentity } from '../functions/adapters/operator/caller-identity.ts';
import type { HistoryKind } from '../functions/core/operator/ports.ts';
import type { Gateway } from './gateway.ts';

/** The ARN of the operator. Without an answer of STS it is `unknown`: a change must not fail for that. */
export async function callerOf({ arn }: Pick<CallerIdentity, 'arn'>): Promise<string> {
  try {
    return await arn();
  } catch (error) {
    return `unknown (${error instanceof Error ? error.name : 'error'})`;
  }
}

/** Remembers the first answer, so that a command asks once. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return async () => (answer ??= ask());
}

/** The author of the last change of an item; undefined for an item that is older than the history. */
export async function lastChangedBy(
  { history }: Gateway,
  kind: HistoryKind,
  id: string,
): Promise<string | undefined> {
  return (await history.of(kind, id)).at(-1)?.by;
}
