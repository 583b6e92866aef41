import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { NOT_INSTALLED, TARGET_MISSED } from './verdict.ts';

export type Ran = {
  printed: string;
  /** `broke`: it came to no end of its own, or to none in time. */
  end: 'met' | 'missed' | 'not-installed' | 'broke';
};

/** Runs a command of this folder; `onText` gets what it prints as it comes. */
export async function runCommand(
  command: string,
  argv: readonly string[],
  { onText, withinMs }: { onText: (text: string) => void; withinMs?: number },
): Promise<Ran> {
  const all = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, command), ...argv];
  // With a group of its own, so that what it started ends with it.
  const child = spawn(process.execPath, all, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: withinMs !== undefined,
  });
  let printed = '';
  const take = (text: string): void => {
    printed += text;
    onText(text);
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  const endAll = (): void => {
    take(`\nnot at its end after ${String(withinMs)} ms\n`);
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  const limit = withinMs === undefined ? undefined : setTimeout(endAll, withinMs);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(limit);
  return { printed, end: endOf(code) };
}

/** Which end a status of the process is. */
export function endOf(code: number | null): Ran['end'] {
  if (code === 0) return 'met';
  if (code === TARGET_MISSED) return 'missed';
  return code === NOT_INSTALLED ? 'not-installed' : 'broke';
}
