import { Readable } from 'node:stream';
import { exampleLines } from '../command.ts';
import { buildProgram } from '../program.ts';
import type { Command } from 'commander';
import type { CliIo } from '../io.ts';

/** Commands that are only read touch nothing outside. */
const NOWHERE: CliIo = {
  stdout: { write: () => true },
  stderr: { write: () => true },
  stdin: Readable.from([]),
  env: {},
  clock: { now: () => 0 },
};

/** The page that lists every command with its arguments, options and examples. */
export async function commandsPage(): Promise<string> {
  const program = await buildProgram({ io: NOWHERE, exitCode: 0 }, []);
  const leaves = leavesOf(program, []);
  return `# Commands

Written by \`npm run reference\` from the commands themselves: \`tocsin help COMMAND\` says the same. Every command takes the
options of the first table. The exit status is 0 when it is done, 1 when it failed or found something wrong, and 2 when it was
called wrongly. Wherever an id is expected, its first characters (four or more) will do.

## Options of every command

${optionsTable(program)}

${leaves.map(sectionOf).join('\n\n')}
`;
}

type Leaf = { path: readonly string[]; command: Command };

/** The commands that can be run: a group alone does nothing, unless it is a command too. */
function leavesOf(command: Command, path: readonly string[]): Leaf[] {
  return command.commands
    .filter((below) => below.name() !== 'help')
    .toSorted((a, b) => a.name().localeCompare(b.name()))
    .flatMap((below): Leaf[] => {
      const at = [...path, below.name()];
      const isGroup =
        below.commands.length > 0 && below.registeredArguments.length + below.options.length === 0;
      return [...(isGroup ? [] : [{ path: at, command: below }]), ...leavesOf(below, at)];
    });
}

function sectionOf({ path, command }: Leaf): string {
  const args = command.registeredArguments.map((one) => {
    const name = one.variadic ? `${one.name()}...` : one.name();
    return one.required ? `<${name}>` : `[${name}]`;
  });
  const examples = exampleLines(command).map((line) => `- \`${line}\``);
  return [
    `## ${path.join(' ')}`,
    `\`tocsin ${[...path, ...args].join(' ')}\``,
    `${inMarkdown(command.description())}.`,
    ...(command.options.some(({ hidden }) => !hidden) ? [optionsTable(command)] : []),
    ...(examples.length === 0 ? [] : [examples.join('\n')]),
  ].join('\n\n');
}

function optionsTable(command: Command): string {
  const rows = command.options
    .filter(({ hidden }) => !hidden)
    .map(({ flags, description }) => `| \`${flags}\` | ${inMarkdown(description)} |`);
  return `| option | what it says |\n|---|---|\n${rows.join('\n')}`;
}

function inMarkdown(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;');
}
