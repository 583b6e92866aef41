import { readFileSync } from 'node:fs';
import { Command, type CommanderError } from 'commander';
import { withExamples } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { CliFailure } from './failure.ts';
import type { CliRun, CommandFile } from './command.ts';

/** Read when the tool starts: the file is beside it in a checkout and in a package. */
export const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * The tool, ready to parse this command line; its complaints go to `complaint`. It has all its commands, unless the
 * command line needs one of them only: to load the rest takes longer than most commands run.
 */
export async function buildProgram(
  run: CliRun,
  complaint: string[],
  argv: readonly string[] = [],
): Promise<Command> {
  const { io } = run;
  const columns = (): number => Math.min(100, io.stdout.columns ?? 100);
  const program = new Command('tocsin')
    .description(
      'Works on a Tocsin gateway: the local run of this folder, or a stack in AWS with your own credentials.',
    )
    .option('--stack <name>', 'the gateway deployed as this stack (default: $TOCSIN_STACK)')
    .option('--data <folder>', 'data folder of the local run (default: .tocsin)')
    .option('--json', 'print one JSON document')
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void complaint.push(text),
      getOutHelpWidth: columns,
      getErrHelpWidth: columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  withExamples(program, [
    'tocsin source create --name ci --format github',
    'tocsin destination create email --name oncall --to oncall@example.com',
    'tocsin status --stack Tocsin',
  ]);
  for (const load of loadersFor(argv)) {
    // In the order of the help.
    // oxlint-disable-next-line no-await-in-loop
    const add = await load();
    add(program, run);
  }
  return program;
}

/** Options of the tool itself that are followed by a value. */
const WITH_VALUE = new Set(['--stack', '--data']);

/** The commands that a command line needs: the one that its first word names, none to tell the version, or all of them. */
function loadersFor(argv: readonly string[]): (() => Promise<CommandFile>)[] {
  const at = argv.findIndex((word, index) => !word.startsWith('-') && !WITH_VALUE.has(argv[index - 1] ?? ''));
  const called = COMMANDS.get(argv[at] ?? '');
  // It writes completions of all the others.
  if (called !== undefined && argv[at] !== 'completion') return [called];
  return argv.length === 1 && argv[0] === '--version' ? [] : [...COMMANDS.values()];
}

/** A command line that does not exist, in the words of the tool. */
export function wrongCommand(error: CommanderError): CliFailure {
  const message =
    error.code === 'commander.help'
      ? 'a subcommand is missing; see --help'
      : error.message.replace(/^error: /, '');
  return new CliFailure('wrong-usage', message.replaceAll('\n', ' '), { exitCode: 2 });
}
