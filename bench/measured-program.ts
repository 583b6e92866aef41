import { setTimeout as pause } from 'node:timers/promises';
import type { Receiver } from '../test/e2e/receiver.ts';
import { until } from './gateway.ts';
import type { Sent } from './send-requests.ts';

/** What a program took for the alerts of one phase. */
export type Used = { cpuPerAlertMs: number; perSecond: number; peakMib: number };

/** A gateway that takes alerts and posts each to its receiver, as one process or with its databases. */
export type MeasuredProgram = {
  receiver: Receiver;
  /** CPU time that all its processes have used, in ms. */
  cpuMs(): number;
  /** Resident memory of all its processes, in MiB. */
  mib(): number;
  /** How often it is asked for while alerts come; 100 ms when left out. To look at many processes takes time from what is measured. */
  looksEveryMs?: number;
  send(what: Sent): Promise<void>;
  /** Throws when a post that the receiver has is not as it should be. */
  verify?(): void;
  /** How long after the last delivery what it wrote about them can come to its databases, in ms; counted as its CPU. */
  writesWithinMs?: number;
  close(): Promise<void>;
};

/** Sends the alerts and waits for the last delivery; CPU and memory are those of all its processes. */
export async function measure(program: MeasuredProgram, what: Sent): Promise<Used> {
  const { receiver } = program;
  const before = receiver.posts.length;
  const fromMs = performance.now();
  const fromCpu = program.cpuMs();
  let peakMib = 0;
  const look = (): void => void (peakMib = Math.max(peakMib, program.mib()));
  const looking = setInterval(look, program.looksEveryMs ?? 100);
  await program.send(what);
  await until(() => receiver.posts.length - before >= what.alerts, 10);
  clearInterval(looking);
  const tookMs = performance.now() - fromMs;
  look();
  await pause(program.writesWithinMs ?? 0);
  if (receiver.posts.length - before > what.alerts) throw new Error(`${what.name}: a delivery came twice`);
  const usedCpuMs = program.cpuMs() - fromCpu;
  program.verify?.();
  return {
    cpuPerAlertMs: usedCpuMs / what.alerts,
    perSecond: (what.alerts * 1_000) / tookMs,
    peakMib,
  };
}
