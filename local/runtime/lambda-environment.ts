// A message between threads has no origin.
/* oxlint-disable unicorn/require-post-message-target-origin */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { strippedOnce } from './stripped-once.ts';

export type FunctionConfig = {
  name: string;
  arn: string;
  /** Folder of the bundle. */
  folder: string;
  /** `index.handler` */
  handler: string;
  timeoutMs: number;
  memoryMb: number;
  /** What an environment gets of one processor, from 0 to 1. */
  cpuShare: number;
  /** Whether it takes batches from queues; otherwise it is called, one request at a time. */
  worksOffQueues: boolean;
  /** Everything in the function's `process.env`. */
  environment: Readonly<Record<string, string>>;
};

/** How an invocation ended. A failure has a type and a message in Lambda's words. */
export type InvocationResult =
  | { kind: 'answered'; payload: unknown }
  | { kind: 'failed'; errorType: string; errorMessage: string; stack?: string }
  | { kind: 'throttled' };

type FromWorker =
  | { kind: 'ready' }
  | { kind: 'init-failed'; errorType: string; errorMessage: string; stack: string }
  | { kind: 'log-unwritable'; code: string | undefined; message: string }
  | { kind: 'answered'; requestId: string; payload: string }
  | { kind: 'failed'; requestId: string; errorType: string; errorMessage: string; stack: string };

type EnvironmentOptions = {
  /** Its thread yields to all others: for a backlog. */
  yields: boolean;
  /** What the function prints is appended to this file. */
  logPath: string;
  onEnd: () => void;
};

export type LambdaEnvironment = ReturnType<typeof startEnvironment>;

const INIT_TIMEOUT_MS = 10_000;
/** What V8 would let grow to 48 MB, and not give back: for so many short-lived objects a few MB cost no more time. */
const YOUNG_GENERATION_MB = 6;
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/tocsin', import.meta.url));
let workerCode: URL | undefined;

/**
 * Starts one execution environment: a worker thread with its own `process.env` and a memory cap.
 *
 * It runs one invocation at a time. An invocation past its time, or an exit in the middle of one, ends the environment.
 */
export function startEnvironment(config: FunctionConfig, { yields, logPath, onEnd }: EnvironmentOptions) {
  workerCode ??= strippedOnce(new URL('lambda-worker.ts', import.meta.url), CACHE);
  const worker = new Worker(workerCode, {
    name: config.name,
    workerData: {
      functionName: config.name,
      functionArn: config.arn,
      memoryMb: config.memoryMb,
      folder: config.folder,
      handler: config.handler,
      logPath,
      yields,
      cpuShare: config.cpuShare,
    },
    env: { ...config.environment },
    resourceLimits: {
      maxOldGenerationSizeMb: config.memoryMb,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    },
  });

  let settle: ((result: InvocationResult) => void) | undefined;
  let crash: InvocationResult | undefined;
  const ready = new Promise<InvocationResult | undefined>((resolve) => {
    const timer = setTimeout(() => {
      end({
        kind: 'failed',
        errorType: 'Sandbox.InitTimedout',
        errorMessage: 'initialization took over 10 s',
      });
    }, INIT_TIMEOUT_MS);
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready' || message.kind === 'init-failed') {
        clearTimeout(timer);
        resolve(message.kind === 'ready' ? undefined : { ...message, kind: 'failed' });
      } else if (message.kind === 'log-unwritable') {
        // It ends the run, as every write to a disk that takes no more does.
        throw Object.assign(new Error(message.message), { code: message.code });
      } else if (message.kind === 'answered') {
        settle?.({ kind: 'answered', payload: JSON.parse(message.payload) as unknown });
      } else {
        settle?.(message);
      }
    });
    worker.on('error', (error: unknown) => {
      const isOutOfMemory =
        error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      const errorType = isOutOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.UncaughtException';
      const errorMessage = error instanceof Error ? error.message : String(error);
      crash = {
        kind: 'failed',
        errorType,
        errorMessage,
        ...(error instanceof Error && { stack: error.stack ?? '' }),
      };
    });
    worker.on('exit', () => {
      clearTimeout(timer);
      const result = crash ?? {
        kind: 'failed',
        errorType: 'Runtime.ExitError',
        errorMessage: 'the runtime exited',
      };
      resolve(result);
      settle?.(result);
      onEnd();
    });
  });

  function end(result: InvocationResult): void {
    crash = result;
    void worker.terminate();
  }

  return {
    /** Resolves when it is ready, or could not start. */
    started: ready.then(() => undefined),
    /** For how long its thread has computed since it began, in ms; waiting does not count. */
    computedMs: (): number => worker.performance.eventLoopUtilization().active,
    /** Runs one invocation; never rejects. */
    async run(event: unknown): Promise<InvocationResult> {
      const failure = await ready;
      if (failure !== undefined) {
        void worker.terminate();
        return failure;
      }
      const requestId = randomUUID();
      const answer = new Promise<InvocationResult>((resolve) => {
        settle = resolve;
      });
      const seconds = (config.timeoutMs / 1000).toFixed(2);
      const timer = setTimeout(() => {
        const errorMessage = `${requestId} Task timed out after ${seconds} seconds`;
        end({ kind: 'failed', errorType: 'Sandbox.Timedout', errorMessage });
      }, config.timeoutMs);
      worker.postMessage({ requestId, event, deadlineMs: Date.now() + config.timeoutMs });
      const result = await answer;
      clearTimeout(timer);
      settle = undefined;
      return result;
    },
    /** Ends it as the death of its machine would, with what it runs. */
    kill(): void {
      end({ kind: 'failed', errorType: 'Runtime.ExitError', errorMessage: 'killed' });
    },
    async stop(): Promise<void> {
      await worker.terminate();
    },
  };
}
