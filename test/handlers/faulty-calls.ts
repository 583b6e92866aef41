import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { EmulatedAws } from '../adapters/emulated-aws.ts';
import { awsThrough, refuse } from './aws-proxy.ts';
import { alone, type Turns } from './turns.ts';

/**
 * What goes wrong at one outbound call. `refused`: it answers with an error and did nothing. `lost-answer`: it did its
 * work, and the connection broke. `late`, `very-late`: the same, but it does its work only after the next call, or
 * after every claim of then has ended, as a call may that was given up. `killed-before`, `killed-after`: the worker ends
 * there, and nothing that it does later arrives anywhere.
 */
export type Fault = 'refused' | 'lost-answer' | 'late' | 'very-late' | 'killed-before' | 'killed-after';

/** How the call is named that puts a system alert on the watch list. */
export const NOTE = 'note';

/** A worker, or the tool of an operator, from its first call to its last. What it does when it is dead arrives nowhere. */
export type Life = { isDead: boolean };

/** Counts every outbound call of every life, and lets some go wrong. */
export function faultyCalls(
  ask: EmulatedAws['ask'],
  /** By number of the call, from 0; by its name for the first one of that name. */
  faults: ReadonlyMap<number | string, Fault>,
  { call }: Turns = alone,
) {
  const calls: string[] = [];
  /** Which of the calls claim in a row: they look like records otherwise. */
  const claims = new Set<number>();
  /** Work of calls that were given up. */
  const late: { fault: 'late' | 'very-late'; work: () => Promise<unknown> }[] = [];

  async function catchUp(fault: 'late' | 'very-late'): Promise<void> {
    for (const one of late.filter((each) => each.fault === fault)) {
      late.splice(late.indexOf(one), 1);
      await one.work();
    }
  }

  /** What becomes of the next call of a life. */
  function next(life: Life, name: string): Fault | 'fine' {
    if (life.isDead) return 'killed-before';
    const isFirst = !calls.includes(name);
    const fault = faults.get(calls.length) ?? (isFirst ? faults.get(name) : undefined) ?? 'fine';
    calls.push(name);
    if (fault.startsWith('killed')) life.isDead = true;
    return fault;
  }

  return {
    calls,
    claims,
    catchUp,
    hasLate: (): boolean => late.length > 0,

    /** A call that is no request to AWS; undefined where the caller gets no answer. */
    act: async <T>(life: Life, name: string, work: () => T): Promise<T | undefined> =>
      call(life, async () => {
        const fault = next(life, name);
        if (fault === 'refused' || fault === 'killed-before') return undefined;
        if (fault === 'late' || fault === 'very-late') {
          late.push({ fault, work: async () => work() });
          return undefined;
        }
        const answer = work();
        return fault === 'fine' ? answer : undefined;
      }),

    /** Stands between a life and the emulators. */
    async startProxy(life: Life) {
      const proxy = createServer((request, response) => {
        void buffer(request).then(async (body) => call(life, async () => answer(body)));
        async function answer(body: Buffer): Promise<void> {
          if (!life.isDead && body.includes('":claim_token"')) claims.add(calls.length);
          const fault = next(life, nameOf(String(request.headers['x-amz-target'] ?? ''), body));
          if (fault === 'refused') {
            refuse(response);
            return;
          }
          if (fault === 'killed-before') {
            request.socket.destroy();
            return;
          }
          const carryOut = async () => ask(request, body);
          if (fault === 'late' || fault === 'very-late') {
            late.push({ fault, work: carryOut });
            request.socket.destroy();
            return;
          }
          const { status, text } = await carryOut();
          await catchUp('late');
          if (fault === 'fine')
            response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
          else request.socket.destroy();
        }
      });
      return awsThrough(proxy);
    },
  };
}

/** A call by its operation; the one that puts a system alert on the watch list has a name of its own. */
function nameOf(target: string, body: Buffer): string {
  return body.includes('"WATCHED#') ? NOTE : target.replace(/^.*\./, '');
}
