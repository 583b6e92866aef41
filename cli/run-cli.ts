import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CliFailure } from './failure.ts';
import { explainError } from './words/explain-error.ts';
import { withExamples } from './command.ts';
import { calledAs, completeHints } from './words/hint.ts';
import { COMMANDS } from './commands/index.ts';
import { inert, toJson } from './screen/terminal.ts';
import type { CliRun } from './command.ts';
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
  const program = buildProgram(run, complaint);
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

/** Read when the tool starts: the file is beside it in a checkout and in a package. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

function buildProgram(run: CliRun, complaint: string[]): Command {
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

function wrongCommand(error: CommanderError): CliFailure {
  const message =
    error.code === 'commander.help'
      ? 'a subcommand is missing; see --help'
      : error.message.replace(/^error: /, '');
  return new CliFailure('wrong-usage', message.replaceAll('\n', ' '), { exitCode: 2 });
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
