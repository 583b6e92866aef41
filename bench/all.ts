import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { commands, pageWith, resultsIn, type Result } from './results.ts';

/**
 * Runs every command of this folder, or those that are named, one after the other, and writes what they measured into
 * `results.json` and the table of README.md. Some take many minutes, and all want a quiet machine.
 *
 * `npx node bench/all.ts ingest-cpu.ts deliver-cpu.ts` runs two.
 */
const named = process.argv.slice(2);
const unknown = named.filter((command) => !commands().includes(command));
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: no such command; there are ${commands().join(', ')}`);
  process.exit(2);
}
const RESULTS = join(import.meta.dirname, 'results.json');
const PAGE = join(import.meta.dirname, 'README.md');
const of = {
  day: new Date().toISOString().slice(0, 10),
  machine: `${String(availableParallelism())} processors (${cpus()[0]?.model ?? 'unknown'}), ${String(Math.round(totalmem() / 2 ** 30))} GiB, Node.js ${process.versions.node}`,
};
let results = JSON.parse(readFileSync(RESULTS, 'utf8')) as Result[];
for (const command of named.length > 0 ? named : commands()) {
  console.log(`=== ${command}`);
  const { printed, code } = await run(command);
  const found = resultsIn(printed, { ...of, command });
  if (found.length === 0) console.log(`${command} ended with ${String(code)} and gave no verdict`);
  if (found.length === 0 || code !== 0) process.exitCode = 1;
  // What was measured before stays where nothing was measured now.
  if (found.length > 0) results = [...results.filter((result) => result.command !== command), ...found];
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

async function run(command: string): Promise<{ printed: string; code: number | null }> {
  const argv = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, command)];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    process.stdout.write(text);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { printed, code };
}
