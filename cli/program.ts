import { readFileSync } from 'node:fs';
import { Command, type CommanderError } from 'commander';
import { withExamples } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { CliFailure } from './failure.ts';
import type { CliRun } from './command.ts';

/** Read when the tool starts: the file is beside it in a checkout and in a package. */
export const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The whole tool, ready to parse a command line; what it complains of goes to `complaint`. */
export function buildProgram(run: CliRun, complaint: string[]): Command {
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
  for (const add of COMMANDS) add(program, run);
  return program;
}

/** A command line that does not exist, in the words of the tool. */
export function wrongCommand(error: CommanderError): CliFailure {
  const message =
    error.code === 'commander.help'
      ? 'a subcommand is missing; see --help'
      : error.message.replace(/^error: /, '');
  return new CliFailure('wrong-usage', message.replaceAll('\n', ' '), { exitCode: 2 });
}
