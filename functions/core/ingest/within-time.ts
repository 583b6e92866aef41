import { type Context, createContext, Script } from 'node:vm';

let work: () => unknown = () => undefined;
/** Made when it is needed first: a context costs a start some milliseconds, and few sources have a schema. */
let made: { script: Script; context: Context } | undefined;

const parts = (): { script: Script; context: Context } =>
  (made ??= { script: new Script('run()'), context: createContext({ run: () => work() }) });

/**
 * Runs something that cannot be trusted to end, and ends it after `limitMs`. Regular expressions of V8 look for the end
 * while they backtrack, so it ends them too.
 *
 * @throws an error with the code `ERR_SCRIPT_EXECUTION_TIMEOUT` when the time is over
 */
export function withinTime<T>(limitMs: number, untrusted: () => T): T {
  const { script, context } = parts();
  work = untrusted;
  try {
    return script.runInContext(context, { timeout: limitMs }) as T;
  } finally {
    work = () => undefined;
  }
}

/** By its code: the error is made in the realm of the script. */
export function isTimeOver(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
