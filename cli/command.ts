import { maskSecrets } from '../functions/core/text/mask-secrets.ts';
import { withoutGiven } from './confidential-input.ts';
import { openSession } from './session.ts';
import { addWebOptions, shownInConsole } from './show-in-console.ts';
import { toJson } from './screen/terminal.ts';
import { unreadableView, unreadableWarning } from './words/unreadable.ts';
import type { Command } from 'commander';
import type { UnreadableConfig } from '../functions/core/model/config/unreadable-config.ts';
import type { CliIo } from './io.ts';
import type { GlobalOptions, Session } from './session.ts';
import type { ConsoleView, WebOptions } from './show-in-console.ts';

/** The result of a command, once for scripts and once for people. */
export type CommandResult = {
  /** Undefined where the command has written by itself. */
  json: unknown;
  /** Empty where the command has written by itself. */
  text: string;
  /** Configuration that could not be read; the rest is in the result. Without it the command reads no list. */
  unreadable?: readonly UnreadableConfig[];
  /** It ran, and what it ran went wrong: exit status 1. */
  hasFailed?: boolean;
  /** An exit status that says more: 2 for changes that a dry run found. */
  exitCode?: 0 | 1 | 2;
  /** Where the console shows the same. */
  view?: ConsoleView;
};

/** A result as another program takes it: no secret that was given is in it, and its hints can be pasted. */
export type CommandAnswer = { json: unknown; text: string; exitCode: number };

/** One run of the command line: where results go, and how it ends. */
export type CliRun = {
  io: CliIo;
  exitCode: number;
  /** Takes the result in place of the terminal. */
  keep?: (answer: CommandAnswer) => void;
};

/** The export of a file under commands/: it adds one command (or group) to its parent. */
export type CommandFile = (parent: Command, run: CliRun) => void;

type CommandSpec<Options> = {
  /** With its arguments, for example `show <name>`. */
  name: string;
  summary: string;
  /** At least one that works as it stands. */
  examples: readonly [string, ...string[]];
  options?: (command: Command) => void;
  /** Its results have a view in the console, which `--web` shows. */
  hasView?: true;
  run(session: Session, options: Options, ...args: string[]): Promise<CommandResult>;
};

/** Adds a command that does something, and gives it back for commands below it. */
export function addCommand<Options>(parent: Command, run: CliRun, spec: CommandSpec<Options>): Command {
  const command = parent.command(spec.name).description(spec.summary);
  spec.options?.(command);
  if (spec.hasView === true) addWebOptions(command);
  withExamples(command, spec.examples);
  command.action(async () => {
    const session = openSession(run.io, command.optsWithGlobals<GlobalOptions>());
    try {
      const found = await spec.run(session, command.opts<Options & object>(), ...command.args);
      const shown =
        spec.hasView === true
          ? await shownInConsole(session, found.view, command.opts<WebOptions>())
          : undefined;
      const result: CommandResult = { ...found, ...shown };
      const given = session.givenSecrets();
      const json = () => session.complete(toJson(withoutGiven(documentOf(result), given), 2));
      const text = () => session.complete(maskSecrets(result.text, given));
      run.exitCode = result.exitCode ?? (result.hasFailed === true ? 1 : 0);
      if (run.keep !== undefined) {
        run.keep({ json: JSON.parse(json()) as unknown, text: text(), exitCode: run.exitCode });
        return;
      }
      const isWritten = session.isJson ? result.json === undefined : result.text === '';
      if (!isWritten) run.io.stdout.write(`${session.isJson ? json() : text()}\n`);
      if (!session.isJson) run.io.stderr.write(session.complete(unreadableWarning(result.unreadable ?? [])));
    } finally {
      session.close();
    }
  });
  return command;
}

function documentOf({ json, unreadable }: CommandResult): unknown {
  return unreadable === undefined
    ? json
    : { ...(json as object), unreadable: unreadable.map(unreadableView) };
}

/** Adds a group of commands, for example `source`. */
export function addGroup(
  parent: Command,
  run: CliRun,
  spec: { name: string; summary: string; examples: readonly [string, ...string[]]; commands: CommandFile[] },
): void {
  const group = parent.command(spec.name).description(spec.summary);
  withExamples(group, spec.examples);
  for (const add of spec.commands) add(group, run);
}

const EXAMPLES = new WeakMap<Command, readonly string[]>();

/** The command lines that the help of a command ends with. */
export function exampleLines(command: Command): readonly string[] {
  return EXAMPLES.get(command) ?? [];
}

export function withExamples(command: Command, examples: readonly string[]): void {
  EXAMPLES.set(command, examples);
  const title = examples.length === 1 ? 'Example' : 'Examples';
  command.addHelpText('after', `\n${title}:\n${examples.map((example) => `  $ ${example}`).join('\n')}`);
}

/** Collects an option that may be given several times. */
export function collected(value: string, earlier: string[] | boolean | undefined): string[] {
  // After `--no-schema`, `--schema` starts afresh.
  return [...(Array.isArray(earlier) ? earlier : []), value];
}

/** Collects an option whose value is a list with commas, and which may be given several times. */
export function collectedList(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), ...value.split(',').map((part) => part.trim())];
}
