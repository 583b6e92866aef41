import { CommanderError } from 'commander';
import { explainError } from './words/explain-error.ts';
import { calledAs, completeHints } from './words/hint.ts';
import { buildProgram, wrongCommand } from './program.ts';
import { inert, toJson } from './screen/terminal.ts';
import type { CliRun } from './command.ts';
import type { CliFailure } from './failure.ts';
import type { CliIo } from './io.ts';

/**
 * Runs one command line and answers its exit status: 0 done, 1 failed, 2 wrong usage.
 *
 * Everything it reads and writes comes in `io`. Under `--json` standard output holds one document or nothing, and a
 * failure is one line of JSON on standard error.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const isJson = argv.includes('--json');
  const run: CliRun = { io, exitCode: 0 };
  const complaint: string[] = [];
  const program = await buildProgram(run, complaint, argv);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return run.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (io.env['TOCSIN_DEBUG'] === '1') io.stderr.write(`${stackOf(error)}\n`);
    if (error instanceof CommanderError && !isJson) {
      io.stderr.write(complaint.join(''));
      return 2;
    }
    const failure = error instanceof CommanderError ? wrongCommand(error) : explainError(error, io.env);
    const called = calledAs(program.opts(), io.env);
    io.stderr.write(
      isJson ? `${completeHints(failureJson(failure), called)}\n` : failureText(failure, called),
    );
    return failure.exitCode;
  }
}

function failureText(failure: CliFailure, called: string): string {
  const lines = completeHints(failure.message, called)
    .split('\n')
    .map((line) => inert(line));
  return lines.map((line) => `error: ${line}\n`).join('');
}

function failureJson(failure: CliFailure): string {
  const problems = failure.problems.length > 0 ? { problems: failure.problems } : {};
  return toJson({
    error: { code: failure.code, message: failure.message.replaceAll('\n', '; '), ...problems },
  });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}
