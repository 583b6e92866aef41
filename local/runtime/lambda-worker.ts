// One Lambda execution environment, in a worker thread: its own process.env, its own modules. Stripped of its types
// before it is started, so that no environment has to load the type stripper (10 MB each); hence only `node:` imports.
// Its messages have no origin.
/* oxlint-disable unicorn/require-post-message-target-origin */
import { existsSync, openSync, readlinkSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

type Context = {
  functionName: string;
  functionArn: string;
  memoryMb: number;
  folder: string;
  handler: string;
  logPath: string;
  yields: boolean;
  /** Of one processor, from 0 to 1. */
  cpuShare: number;
};
type Invocation = { requestId: string; event: unknown; deadlineMs: number };
type Handler = (event: unknown, context: object) => unknown;

const MAX_ANSWER_BYTES = 6 * 1024 * 1024;
const {
  functionName,
  functionArn,
  memoryMb,
  folder,
  handler: handlerName,
  logPath,
  yields,
  cpuShare,
} = workerData as Context;

/** A third of the share of a thread that does not yield: less, and a busy machine would let it starve. */
const YIELDING = 5;

/** Lowers the priority of this thread alone. Linux counts it by thread; elsewhere there is no such folder, and it stays. */
function yieldToOthers(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), YIELDING);
  } catch {
    // Then alerts beside a backlog are slower, and nothing else changes.
  }
}

/** Lambda stops an environment that has used up its share until the next 20 ms begin; a look costs less the rarer it is. */
const LOOKS_EVERY_MS = 5;
const neverWoken = new Int32Array(new SharedArrayBuffer(4));

/**
 * Keeps this thread from its processor for as long as Lambda would: what it computed beyond its share is waited for, timers and
 * sockets included. What is computed in one go is not stopped in the middle, and other threads of Node (zlib, names) are not counted.
 */
function slowDown(): () => void {
  if (cpuShare >= 1) return () => undefined;
  let computedMs = threadCpuMs();
  const looking = setInterval(() => {
    const nowMs = threadCpuMs();
    Atomics.wait(neverWoken, 0, 0, (nowMs - computedMs) * (1 / cpuShare - 1));
    computedMs = nowMs;
  }, LOOKS_EVERY_MS);
  return () => {
    clearInterval(looking);
  };
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/**
 * What is printed goes from here into the log, as Lambda's runtime writes to the log's file descriptor. Through the streams of a
 * worker each line would be a message to the main thread, which has to read and write it.
 */
function printIntoLog(): void {
  const log = openSync(logPath, 'a', 0o600);
  const write = (chunk: string | Uint8Array, ...more: unknown[]): boolean => {
    try {
      writeSync(log, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      parentPort?.postMessage({ kind: 'log-unwritable', code, message });
    }
    const done = more.at(-1);
    if (typeof done === 'function') queueMicrotask(() => void done());
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

async function loadHandler(): Promise<Handler> {
  const dot = handlerName.lastIndexOf('.');
  const module = handlerName.slice(0, dot);
  const path = ['.cjs', '.mjs', '.js'].map((ending) => join(folder, module + ending)).find(existsSync);
  if (path === undefined)
    throw named('Runtime.ImportModuleError', `cannot find module '${module}' in ${folder}`);
  const exported = (
    path.endsWith('.cjs') ? createRequire(path)(path) : await import(pathToFileURL(path).href)
  ) as Record<string, unknown>;
  const found = exported[handlerName.slice(dot + 1)];
  if (typeof found !== 'function') {
    throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  }
  // The Node.js 24 runtime refuses handlers that take a callback.
  if (found.length > 2) {
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      `${handlerName} takes a callback, which nodejs24.x does not call`,
    );
  }
  return found as Handler;
}

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), stack: '' };
  return { errorType: error.name, errorMessage: error.message, stack: error.stack ?? '' };
}

async function invoke(run: Handler, { requestId, event, deadlineMs }: Invocation): Promise<void> {
  const context = {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    memoryLimitInMB: String(memoryMb),
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
  const atFullSpeed = slowDown();
  try {
    const payload = JSON.stringify((await run(event, context)) ?? null);
    if (Buffer.byteLength(payload) > MAX_ANSWER_BYTES) {
      throw named(
        'Function.ResponseSizeTooLarge',
        'response payload size exceeded maximum allowed payload size (6291456 bytes)',
      );
    }
    parentPort?.postMessage({ kind: 'answered', requestId, payload });
  } catch (error) {
    parentPort?.postMessage({ kind: 'failed', requestId, ...describe(error) });
  } finally {
    atFullSpeed();
  }
}

printIntoLog();
try {
  const run = await loadHandler();
  if (yields) yieldToOthers();
  parentPort?.on('message', (invocation: Invocation) => {
    void invoke(run, invocation);
  });
  parentPort?.postMessage({ kind: 'ready' });
} catch (error) {
  parentPort?.postMessage({ kind: 'init-failed', ...describe(error) });
}
