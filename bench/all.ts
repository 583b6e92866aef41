import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { commands, pageWith, resultsIn, type Result } from './results.ts';
import { runCommand } from './run-command.ts';
import { SMALLEST } from './sizes.ts';
import { tryCommands } from './try-commands.ts';

/**
 * Runs every command of this folder, or those that are named, one after the other, and writes what they measured into
 * `results.json` and the table of README.md. Some take many minutes, and all want a quiet machine.
 *
 * `npx node bench/all.ts ingest-cpu.ts audit.ts 1000000` runs two, the second with a size of its own. With `--smallest` each does as
 * little as it can, as many at a time as there are processors: nothing is written, and it ends with 1 where one no longer runs.
 */
const RESULTS = join(import.meta.dirname, 'results.json');
const PAGE = join(import.meta.dirname, 'README.md');

const given = process.argv.slice(2);
const asked = given.includes(SMALLEST) ? given.filter((word) => word !== SMALLEST) : given;
const runs = runsOf(asked);
const unknown = runs.map(({ command }) => command).filter((command) => !commands().includes(command));
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: no such command; there are ${commands().join(', ')}`);
  process.exit(2);
}
if (given.includes(SMALLEST)) {
  const broken = await tryCommands(runs.map(({ command }) => command));
  process.exitCode = broken === 0 ? 0 : 1;
} else await measure();

/** Each command with the arguments behind it. */
function runsOf(words: readonly string[]): { command: string; argv: string[] }[] {
  if (words.length === 0) return commands().map((command) => ({ command, argv: [] }));
  const named: { command: string; argv: string[] }[] = [];
  for (const word of words) {
    const last = named.at(-1);
    if (last === undefined || word.endsWith('.ts')) named.push({ command: word, argv: [] });
    else last.argv.push(word);
  }
  return named;
}

async function measure(): Promise<void> {
  const of = {
    day: new Date().toISOString().slice(0, 10),
    machine: `${String(availableParallelism())} processors (${cpus()[0]?.model ?? 'unknown'}), ${String(Math.round(totalmem() / 2 ** 30))} GiB, Node.js ${process.versions.node}`,
  };
  let results = JSON.parse(readFileSync(RESULTS, 'utf8')) as Result[];
  for (const { command, argv } of runs) {
    console.log(`=== ${[command, ...argv].join(' ')}`);
    const { printed, end } = await runCommand(command, argv, {
      onText: (text) => void process.stdout.write(text),
    });
    const found = resultsIn(printed, { ...of, command });
    if (found.length === 0) console.log(`${command} gave no verdict`);
    if (end !== 'met') process.exitCode = 1;
    // What was measured before stays where nothing was measured now.
    if (end === 'broke' || found.length === 0) continue;
    results = [...results.filter((result) => result.command !== command), ...found];
    results.sort((a, b) => a.command.localeCompare(b.command));
    writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
    writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), results));
  }
  const missed = results.filter(({ isMet }) => !isMet);
  console.log(
    `${String(results.length - missed.length)} numbers meet their target, ${String(missed.length)} do not`,
  );
  for (const { command, name, value, target } of missed)
    console.log(`  ${command}: ${name}: ${value}, target ${target}`);
}
