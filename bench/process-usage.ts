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
  let ticks = 0;
  for (const each of treeOf(pid)) {
    const fields = statOf(each);
    for (const index of [UTIME, STIME, CUTIME, CSTIME]) ticks += Number(fields[index]);
  }
  return ticks * TICK_MS;
}

/** Resident memory, in MiB. Linux only. */
export function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1]) / 1_024;
}

/** Resident memory of a process and of all that descend from it, in MiB; a page that several share counts once. */
export function treeMib(pid: number): number {
  let kib = 0;
  for (const each of treeOf(pid)) {
    const rollup = readFileSync(`/proc/${String(each)}/smaps_rollup`, 'utf8');
    kib += Number(/^Pss:\s+(\d+) kB$/mu.exec(rollup)?.[1]);
  }
  return kib / 1_024;
}

/** A process and all that descend from it. */
function treeOf(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      try {
        return [{ pid: Number(name), parent: Number(statOf(Number(name))[PARENT]) }];
      } catch {
        return []; // It ended meanwhile.
      }
    });
  const tree = [root];
  for (const pid of tree)
    tree.push(...parents.filter(({ parent }) => parent === pid).map((child) => child.pid));
  return tree;
}

/** `pid (name) state …`: the fields behind the name, which can have blanks. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
