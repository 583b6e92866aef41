import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the kernel's clock in a second, as /proc counts them; on Linux always 100. */
const TICK_MS = 10;
/** Where /proc/PID/stat has them, counted behind the name: user and system time, own and of children that ended. */
const [PARENT, UTIME, STIME, CUTIME, CSTIME] = [1, 11, 12, 13, 14] as const;

/** CPU time that a process and all its threads have used, those that ended too, in ms. Linux only. */
export function cpuMs(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_MS;
}

/** The same of a process and of all that descend from it, those that ended too. */
export function treeCpuMs(pid: number): number {
  const ticks = sumOf(treeOf(pid), (each) => {
    const fields = statOf(each);
    return [UTIME, STIME, CUTIME, CSTIME].reduce((sum, index) => sum + Number(fields[index]), 0);
  });
  return ticks * TICK_MS;
}

/** Resident memory, in MiB. Linux only. */
export function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1]) / 1_024;
}

/** Resident memory of a process and of all that descend from it, in MiB; a page that several share counts once. */
export function treeMib(pid: number): number {
  const kib = sumOf(treeOf(pid), (each) => {
    const rollup = readFileSync(`/proc/${String(each)}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB$/mu.exec(rollup)?.[1]);
  });
  return kib / 1_024;
}

/** A process and all that descend from it. */
function treeOf(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      const pid = Number(name);
      const parent = unlessEnded(() => Number(statOf(pid)[PARENT]));
      return parent === undefined ? [] : [{ pid, parent }];
    });
  const tree = [root];
  for (const pid of tree)
    tree.push(...parents.filter(({ parent }) => parent === pid).map((child) => child.pid));
  return tree;
}

/** A database starts and ends processes as it likes. */
function sumOf(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((sum, pid) => sum + (unlessEnded(() => of(pid)) ?? 0), 0);
}

/** Undefined where the process that is read about has ended meanwhile. */
function unlessEnded<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))) {
      return undefined;
    }
    throw error;
  }
}

/** `pid (name) state …`: the fields behind the name, which can have blanks. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
