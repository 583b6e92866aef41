import { CliFailure, wrongUsage } from './failure.ts';
import { PromptsLeft, promptsOf } from './prompts.ts';
import type { Session } from './session.ts';

/** Goes on only with `--yes` or a yes at the terminal. */
export async function confirm(
  session: Session,
  question: string,
  isSure: boolean | undefined,
): Promise<void> {
  if (isSure === true) return;
  const prompts = promptsOf(session.io, session.isJson);
  if (prompts === undefined) throw wrongUsage(`${question} Add --yes to do it without a terminal`);
  try {
    if (await prompts.confirm({ message: question, default: false })) return;
  } catch (error) {
    if (!(error instanceof PromptsLeft)) throw error;
    throw new CliFailure('left', 'nothing was done', { exitCode: 130, cause: error });
  }
  throw new CliFailure('not-confirmed', 'nothing was done');
}
