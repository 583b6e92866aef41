import { spawnSync } from 'node:child_process';

/** How a command ends that came to its verdicts, and missed a target. Node itself ends with 1 to 13. */
export const TARGET_MISSED = 20;
/** How a command ends that needs a program which is not there. */
export const NOT_INSTALLED = 77;

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2;
}

/** The value below which `share` of all values lie: `percentile(waits, 0.99)`. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Prints one measured number beside its target; missing it makes the process end with `TARGET_MISSED`. */
export function verdict(name: string, value: number, atMost: number): void {
  tell(name, value, `at most ${String(atMost)}`, value <= atMost);
}

/** The same for a number that must not be smaller than its target. */
export function atLeast(name: string, value: number, target: number): void {
  tell(name, value, `at least ${String(target)}`, value >= target);
}

/** Ends the process with `NOT_INSTALLED` where there is no such program. */
export function requireProgram(program: string): void {
  if (spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined) return;
  console.log(`${program} is not installed`);
  process.exit(NOT_INSTALLED);
}

function tell(name: string, value: number, target: string, isMet: boolean): void {
  if (Number.isNaN(value)) throw new Error(`${name}: nothing was measured`);
  console.log(`${name}: ${String(Number(value.toFixed(3)))}, target ${target}: ${isMet ? 'met' : 'MISSED'}`);
  if (!isMet) process.exitCode = TARGET_MISSED;
}
