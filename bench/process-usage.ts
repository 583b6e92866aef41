import { readFileSync } from 'node:fs';

/** Ticks of the kernel's clock in a second, as /proc counts them; on Linux always 100. */
const TICK_MS = 10;

/** CPU time that a process and all its threads have used, those that ended too, in ms. Linux only. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  // `pid (name) state …`; utime and stime are the fields 14 and 15, and a name can have blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Resident memory, in MiB. Linux only. */
export function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1]) / 1_024;
}
