import type { DeadLetter } from '../../functions/core/model/wire/dead-letter.ts';
import type { DeadLetterQueues } from '../../functions/core/operator/ports.ts';
import { sleepOf } from '../io.ts';
import type { Session } from '../session.ts';

/** Another reader, the watcher or another operator, is done within moments. */
const TRIES = 10;
const PAUSE_MS = 500;

/** Waits for a little while until no other reader has letters: a letter that is being read elsewhere cannot be read here. */
export async function readByNobodyElse(session: Session, deadLetters: DeadLetterQueues): Promise<void> {
  for (let tries = 1; tries < TRIES && (await deadLetters.hidden()) > 0; tries += 1) {
    await sleepOf(session.io)(PAUSE_MS);
  }
}

/** Every letter there is. The caller shows them again: `release`. */
export async function* readAllLetters(
  session: Session,
  deadLetters: DeadLetterQueues,
  visibilitySeconds: number,
): AsyncGenerator<DeadLetter> {
  await readByNobodyElse(session, deadLetters);
  yield* deadLetters.read({ visibilitySeconds });
}

/** A line about letters that another reader still has; empty when there are none. */
export function describeHidden(hidden: number): string {
  return hidden === 0
    ? ''
    : `\n${hidden} more ${hidden === 1 ? 'is' : 'are'} being read by somebody else just now; run it again in a minute`;
}
