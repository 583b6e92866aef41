import { createInterface } from 'node:readline/promises';
import { CliFailure, wrongUsage } from './failure.ts';
import type { Session } from './session.ts';

/** Goes on only with `--yes` or a yes at the terminal. */
export async function confirm(
  session: Session,
  question: string,
  isSure: boolean | undefined,
): Promise<void> {
  if (isSure === true) return;
  const { stdin } = session.io;
  if (stdin.isTTY !== true || session.isJson) {
    throw wrongUsage(`${question} Add --yes to do it without a terminal`);
  }
  session.io.stderr.write(`${question} [y/N] `);
  // Only a real terminal gets here.
  const lines = createInterface({ input: stdin as unknown as NodeJS.ReadableStream });
  try {
    const answer = await lines[Symbol.asyncIterator]().next();
    if (answer.done !== true && /^y(es)?$/i.test(answer.value.trim())) return;
  } finally {
    lines.close();
  }
  throw new CliFailure('not-confirmed', 'nothing was done');
}
