import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { systemClock } from './clock.ts';
import { consoleWhenAsked } from './console-when-asked.ts';
import { takeDataFolder, writePrivateFile } from './data-folder.ts';
import { LOCAL_ACCOUNT } from './emulators/account.ts';
import { openDatabase } from './emulators/database.ts';
import { openEmulators, type Emulators } from './emulators/emulators.ts';
import { createAwsEndpoint } from './gateway/aws-endpoint.ts';
import { createFrontDoor } from './gateway/front-door.ts';
import { listenOnLoopback } from './gateway/loopback-server.ts';
import { createLocalPages } from './pages/local-pages.ts';
import { readMail } from './pages/read-mail.ts';
import type { LocalRun, LocalRunOptions } from './local-run-options.ts';
import { earlierKeys, readManifest } from './read-manifest.ts';
import { openCanaryDoor } from './runtime/canary-door.ts';
import { createAccessCheck, newAccessKeys } from './runtime/access-check.ts';
import { deployResources } from './runtime/deploy-resources.ts';
import { connectEventBuses } from './runtime/connect-event-buses.ts';
import type { LambdaFunction } from './runtime/lambda-function.ts';
import { publishMailEvents } from './runtime/publish-mail-events.ts';
import { createEnvironmentLooks } from './runtime/environment-looks.ts';
import { startFunctions } from './runtime/start-functions.ts';
import type { Schedule } from './runtime/schedule.ts';
import {
  createApi,
  startEventSourceMappings,
  startSchedules,
  type TriggerParts,
} from './runtime/start-triggers.ts';
import { readManagedPolicies } from './runtime/read-policies.ts';
import { StartError } from './start-error.ts';
import { readStack, startingLine } from './read-stack.ts';
import { resolveStack } from './template/identities.ts';

const DEFAULT_ENVIRONMENTS = 8;
const DEFAULT_IDLE_MS = 10_000;
const DEFAULT_DRAIN_MS = 5_000;

/**
 * Runs the synthesized stack on this machine: one process, one port on 127.0.0.1.
 *
 * @throws {StartError} with one line, when it cannot start; nothing is left running then
 */
export async function startLocalRun(options: LocalRunOptions): Promise<LocalRun> {
  if (process.env['NODE_ENV'] === 'production') {
    throw new StartError(
      'the local run refuses to start with NODE_ENV=production; it is not meant to face a network',
    );
  }
  const opened = whatIsOpened();
  try {
    return await start(options, opened);
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}

type Opened = ReturnType<typeof whatIsOpened>;

/** Collects how each part is closed; `closeAll` closes the last one first. */
function whatIsOpened() {
  const closers: (() => Promise<void> | void)[] = [];
  return {
    closeWith: (close: () => Promise<void> | void): void => {
      closers.push(close);
    },
    closeAll: async (): Promise<void> => {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
}

async function start(options: LocalRunOptions, { closeWith, closeAll }: Opened): Promise<LocalRun> {
  const { clock = systemClock, onError = () => undefined, onFault = () => undefined } = options;
  const { onProgress = () => undefined, openConsole } = options;
  const data = takeDataFolder(options.dataDir);
  closeWith(data.release);
  const server = await listenOnLoopback(options.port);
  closeWith(server.close);

  const stack = await readStack(options, data.path);
  const resolved = resolveStack(stack, LOCAL_ACCOUNT, server.url);
  const manifestFile = join(data.path, 'manifest.json');
  const operator = earlierKeys(manifestFile) ?? newAccessKeys();
  const manifest = { ...readManifest(stack, resolved, server.url), credentials: operator };
  const canaryDoor = await openCanaryDoor(manifest);
  closeWith(() => canaryDoor?.close());

  const emulators = openedEmulators(options, data.path, server.url);
  closeWith(emulators.close);
  onProgress(startingLine(stack));
  await deployResources(stack, resolved, emulators);
  emulators.sqs.releaseReceived();
  canaryDoor?.trust(emulators);

  const access = createAccessCheck(operator);
  const looks = createEnvironmentLooks();
  const functions = startFunctions(stack, resolved, access, {
    ...functionSettings(options),
    looks,
    baseUrl: server.url,
    dataDir: data.path,
    canaryUrl: canaryDoor?.url,
  });
  const lambdas = [...new Set(functions.values())];
  closeWith(() => endAll(lambdas));

  const { maxEnvironments } = functionSettings(options);
  const parts = {
    stack,
    resolved,
    functions,
    emulators,
    access,
    clock,
    maxEnvironments,
    looks,
    onError,
    onFault,
  };
  const api = createApi(parts, options.textBytes ?? 'base64');
  if (api !== undefined) canaryDoor?.serve(api);
  const door = createFrontDoor({
    accountId: LOCAL_ACCOUNT.accountId,
    operator,
    // A caller signs with the time of the machine, whatever clock the emulators have.
    aws: createAwsEndpoint(emulators, access, systemClock, {
      onFault,
      latencyMs: options.callLatencyMs ?? 0,
    }),
    pages: createLocalPages({
      mailbox: emulators.ses.mailbox,
      queues: emulators.sqs.queues,
      ingestUrl: manifest.ingestUrl,
      functions: lambdas.map((lambda) => lambda.name),
      hasConsole: openConsole !== undefined,
    }),
    api,
  });
  server.serve(door.answer);

  const triggers = startTriggers(parts);
  closeWith(async () => {
    door.close();
    await endWithin(options.drainMs ?? DEFAULT_DRAIN_MS, [
      ...triggers.stop(),
      ...lambdas.map((lambda) => lambda.drained()),
    ]);
  });
  // Commands and the console find the gateway by this file, so it comes last.
  writePrivateFile(manifestFile, `${JSON.stringify(manifest, undefined, 2)}\n`);
  if (openConsole !== undefined) {
    const console = consoleWhenAsked(openConsole, options);
    door.show(console);
    closeWith(console.close);
  }
  return {
    url: server.url,
    manifest,
    ...controls({ ...parts, lambdas, schedules: triggers.schedules }),
    close: closeAll,
  };
}

/** The settings of the functions that the options give, with their defaults. */
function functionSettings({
  egressAllow,
  maxEnvironments = DEFAULT_ENVIRONMENTS,
  idleEnvironmentMs: idleMs = DEFAULT_IDLE_MS,
  cpuShare = 1,
  onError = () => undefined,
}: LocalRunOptions) {
  return { account: LOCAL_ACCOUNT, egressAllow, maxEnvironments, idleMs, cpuShare, onError };
}

function openedEmulators(options: LocalRunOptions, dataDir: string, baseUrl: string): Emulators {
  const emulators = openEmulators({
    db: openDatabase(join(dataDir, 'state.db'), { fsync: options.fsync ?? false }),
    clock: options.clock ?? systemClock,
    account: LOCAL_ACCOUNT,
    baseUrl: () => baseUrl,
  });
  if (options.sesAccess !== undefined) emulators.ses.grant(options.sesAccess);
  if (options.mailsPerDay !== undefined) emulators.ses.limit({ perDay: options.mailsPerDay });
  return emulators;
}

/** Everything that invokes functions besides the API. */
function startTriggers(parts: TriggerParts) {
  connectEventBuses(parts);
  publishMailEvents(parts);
  const schedules = startSchedules(parts);
  const mappings = startEventSourceMappings(parts);
  return {
    schedules,
    /** Starts nothing more; each promise resolves when a mapping has ended what it began. */
    stop(): Promise<void>[] {
      for (const schedule of schedules) schedule.stop();
      return mappings.map((mapping) => mapping.stop());
    },
  };
}

async function endWithin(ms: number, ends: readonly Promise<void>[]): Promise<void> {
  await Promise.race([Promise.all(ends), pause(ms, undefined, { ref: false })]);
}

async function endAll(lambdas: readonly LambdaFunction[]): Promise<void> {
  await Promise.all(lambdas.map((lambda) => lambda.close()));
}

/** The members of a local run that look at it and act on it. */
function controls(
  parts: TriggerParts & { lambdas: readonly LambdaFunction[]; schedules: readonly Schedule[] },
): Omit<LocalRun, 'url' | 'manifest' | 'close'> {
  const { access, emulators, lambdas, schedules } = parts;
  return {
    usedGrants: access.usedGrants,
    unusedGrants: access.unusedGrants,
    keysWith(policy) {
      const policies = [...readManagedPolicies(parts.stack, parts.resolved)];
      const found = policies.find(([id]) => id.startsWith(policy));
      if (found === undefined) throw new StartError(`the template has no managed policy ${policy}`);
      return access.addFunction(policy, found[1]);
    },
    mails: () => Promise.all(emulators.ses.mailbox.newest(1000).map(readMail)),
    queues: emulators.sqs.queues,
    async runSchedules(functionName) {
      const wanted = schedules.filter(
        (schedule) => functionName === undefined || schedule.functionName === functionName,
      );
      await Promise.all(wanted.map((schedule) => schedule.run()));
    },
    sweepExpired: emulators.dynamoDb.sweepExpired,
    kill: (functionName) => lambdas.some((lambda) => lambda.name.includes(functionName) && lambda.kill()),
    environments: () => lambdas.reduce((sum, lambda) => sum + lambda.environments(), 0),
  };
}
