import { CommanderError } from 'commander';
import { shellWord } from '../functions/core/text/shell-word.ts';
import { explainError } from './words/explain-error.ts';
import { buildProgram, version, wrongCommand } from './program.ts';
import { calledAs, completeHints } from './words/hint.ts';
import type { Command } from 'commander';
import type { CliRun, CommandAnswer } from './command.ts';
import type { Gateway } from './gateway.ts';
import type { CliIo } from './io.ts';

export type ToolAnswer = CommandAnswer;

/** Why a command did not do its work, as `CliFailure` has it, with hints that can be pasted. */
export type ToolFailure = {
  code: string;
  message: string;
  isWrongUsage: boolean;
  problems: readonly { path: string; message: string }[];
};

/** The command line as another program uses it: on one gateway that stays open, with results in place of a terminal. */
export type Tool = {
  version: string;
  /** `npx tocsin --data .tocsin`. */
  calledAs: string;
  /** Runs a command; its words and documents are those of the terminal. Never throws. */
  answer(argv: readonly string[], stdin?: string): Promise<CommandAnswer | { failure: ToolFailure }>;
  /** The command as it can be pasted into a shell. */
  written(argv: readonly string[]): string;
  /** The summary of a command in the help: `['silence', 'expire']`. */
  summaryOf(names: readonly string[]): Promise<string>;
  /** A text with its hints as they can be pasted. */
  complete(text: string): string;
  /** An error of the gateway, in the words of the tool. */
  explain(error: unknown): ToolFailure;
};

/** Opens the command line for one gateway. `target` are its flags, for example `{ data: '.tocsin' }`. */
export function openTool(
  io: Omit<CliIo, 'stdin' | 'stdout' | 'stderr' | 'connect'>,
  target: { stack?: string; data?: string },
  gateway: Gateway,
): Tool {
  const called = calledAs(target, io.env);
  const flags = Object.entries(target).flatMap(([name, value]) => [`--${name}`, value]);
  // Every command closes its gateway at its end; this one outlives them.
  const shared: Gateway = { ...gateway, close: () => undefined };
  const failureOf = (error: unknown): ToolFailure => {
    const failure = error instanceof CommanderError ? wrongCommand(error) : explainError(error, io.env);
    return {
      code: failure.code,
      message: completeHints(failure.message, called),
      isWrongUsage: failure.exitCode === 2,
      problems: failure.problems.map(({ path, message }) => ({ path, message })),
    };
  };
  const ioWith = (stdin: string): CliIo => ({
    ...io,
    stdin: stdinOf(stdin),
    // The reader of a result breaks its lines to a measure of its own.
    stdout: { write: () => true, columns: Infinity },
    stderr: { write: () => true },
    connect: async () => shared,
  });
  return {
    version,
    calledAs: called,
    async answer(argv, stdin = '') {
      let kept: CommandAnswer | undefined;
      const run: CliRun = { io: ioWith(stdin), exitCode: 0, keep: (answer) => (kept = answer) };
      try {
        const program = await buildProgram(run, [], argv);
        await program.parseAsync([...flags, ...argv], { from: 'user' });
      } catch (error) {
        return { failure: failureOf(error) };
      }
      if (kept === undefined) throw new Error(`the command ${argv.join(' ')} gave no result`);
      return kept;
    },
    written: (argv) => [called, ...argv.map(shellWord)].join(' '),
    async summaryOf(names) {
      let command: Command | undefined = await buildProgram({ io: ioWith(''), exitCode: 0 }, [], names);
      for (const name of names) command = command?.commands.find((one) => one.name() === name);
      return command?.description() ?? '';
    },
    complete: (text) => completeHints(text, called),
    explain: failureOf,
  };
}

async function* stdinOf(text: string): AsyncGenerator<string> {
  if (text !== '') yield text;
}
