import { CliFailure } from '../failure.ts';
import type { Gateway } from '../gateway.ts';

type Changed = {
  kind: 'source' | 'destination';
  id: string;
  name: string;
  done: 'deleted' | 'changed';
  /** Whether the change itself is stored; asked where a step fails. */
  isDone: () => Promise<boolean>;
};

/**
 * Does the last steps of a change, of what belongs to an item: a failure there says what is done and what is left. A
 * secret that nothing names is seen by nobody later.
 */
export async function tellLeftOver(
  { manifest }: Pick<Gateway, 'manifest'>,
  { kind, id, name, done, isDone }: Changed,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CliFailure || !(await isDone().catch(() => false))) throw error;
    const secret = `${manifest.secretPrefix}/${kind}/${id}`;
    const left =
      done === 'deleted'
        ? `if it is there still, delete the secret ${secret}`
        : `nothing needs what is in the secret ${secret} any more`;
    throw new CliFailure(
      'half-made',
      `the ${kind} ${JSON.stringify(name)} was ${done}, and then AWS failed before the command was done; ${left}`,
      { cause: error },
    );
  }
}
