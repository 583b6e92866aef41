import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from './clock.ts';
import { takeDataFolder, writePrivateFile } from './data-folder.ts';
import { LOCAL_ACCOUNT } from './emulators/account.ts';
import { openDatabase } from './emulators/database.ts';
import { openEmulators } from './emulators/emulators.ts';
import { createAwsEndpoint, isAwsRequest } from './gateway/aws-endpoint.ts';
import { listenOnLoopback, plainAnswer } from './gateway/loopback-server.ts';
import { mayRead, refuseReader } from './pages/may-read.ts';
import { createLocalPages, isConsolePage, isLocalPage } from './pages/local-pages.ts';
import { readMail } from './pages/read-mail.ts';
import type { LocalConsole, LocalRun, LocalRunOptions } from './local-run-options.ts';
import { earlierKeys, readManifest } from './read-manifest.ts';
import { openCanaryDoor } from './runtime/canary-door.ts';
import { createAccessCheck, newAccessKeys } from './runtime/access-check.ts';
import { deployResources } from './runtime/deploy-resources.ts';
import { connectEventBuses } from './runtime/connect-event-buses.ts';
import { publishMailEvents } from './runtime/publish-mail-events.ts';
import { startFunctions } from './runtime/start-functions.ts';
import { createApi, startEventSourceMappings, startSchedules } from './runtime/start-triggers.ts';
import { readManagedPolicies } from './runtime/read-policies.ts';
import { messageOf, StartError } from './start-error.ts';
import { synthesize } from './synthesize.ts';
import { resolveStack } from './template/identities.ts';
import { readAssembly } from './template/read-assembly.ts';
import { refuseUnsupported } from './template/refuse-unsupported.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

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
  const onClose: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of onClose.splice(0).reverse()) await close();
  };
  try {
    return await start(options, onClose, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function start(
  options: LocalRunOptions,
  onClose: (() => Promise<void> | void)[],
  closeAll: () => Promise<void>,
): Promise<LocalRun> {
  const { clock = systemClock, onProgress = () => undefined } = options;
  const { onError = () => undefined, onFault = () => undefined } = options;
  const account = LOCAL_ACCOUNT;
  const data = takeDataFolder(options.dataDir);
  onClose.push(data.release);
  const server = await listenOnLoopback(options.port);
  onClose.push(server.close);
  const baseUrl = server.url;

  const assemblyDir = options.assemblyDir ?? join(data.path, 'cdk.out');
  if (options.assemblyDir === undefined) {
    await synthesize({
      projectFolder: PROJECT_FOLDER.replace(/\/$/, ''),
      outputFolder: assemblyDir,
      privateRanges: options.privateRanges ?? [],
      onProgress,
    });
  }
  const stack = readAssembly(assemblyDir);
  refuseUnsupported(stack.resources.values());
  const resolved = resolveStack(stack, account, baseUrl);
  const manifestFile = join(data.path, 'manifest.json');
  const operator = earlierKeys(manifestFile) ?? newAccessKeys();
  const manifest = { ...readManifest(stack, resolved, baseUrl), credentials: operator };
  const canaryDoor = await openCanaryDoor(manifest);
  onClose.push(() => canaryDoor?.close());

  const db = openDatabase(join(data.path, 'state.db'), { fsync: options.fsync ?? false });
  const emulators = openEmulators({ db, clock, account, baseUrl: () => baseUrl });
  onClose.push(emulators.close);
  if (options.sesAccess !== undefined) emulators.ses.grant(options.sesAccess);
  if (options.mailsPerDay !== undefined) emulators.ses.limit({ perDay: options.mailsPerDay });
  onProgress(startingLine([...stack.resources.values()].map((resource) => resource.type)));
  await deployResources(stack, resolved, emulators);
  emulators.sqs.releaseReceived();
  canaryDoor?.trust(emulators);

  const access = createAccessCheck(operator);
  const { maxEnvironments = 8 } = options;
  const functions = startFunctions(stack, resolved, access, {
    account,
    baseUrl,
    dataDir: data.path,
    egressAllow: options.egressAllow,
    canaryUrl: canaryDoor?.url,
    maxEnvironments,
    idleMs: options.idleEnvironmentMs ?? 10_000,
    cpuShare: options.cpuShare ?? 1,
    onError,
  });
  const lambdas = [...new Set(functions.values())];
  onClose.push(async () => {
    await Promise.all(lambdas.map((lambda) => lambda.close()));
  });
  const parts = { stack, resolved, functions, emulators, access, clock, maxEnvironments, onError, onFault };
  const api = createApi(parts, options.textBytes ?? 'base64');

  if (api !== undefined) canaryDoor?.serve(api);

  const pages = createLocalPages({
    mailbox: emulators.ses.mailbox,
    queues: emulators.sqs.queues,
    ingestUrl: manifest.ingestUrl,
    functions: lambdas.map((lambda) => lambda.name),
    hasConsole: options.openConsole !== undefined,
  });
  // Who calls signs with the time of the machine, whatever clock the emulators have.
  const aws = createAwsEndpoint(emulators, access, systemClock, {
    onFault,
    latencyMs: options.callLatencyMs ?? 0,
  });
  let isClosing = false;
  let console: LocalConsole | undefined;
  server.serve(async (request, response) => {
    if (isAwsRequest(request, account.accountId)) return aws(request, response);
    if (console !== undefined && isConsolePage(request)) {
      return (await mayRead(request, operator)) ? console.handle(request, response) : refuseReader(response);
    }
    if (isLocalPage(request)) {
      return (await mayRead(request, operator)) ? pages(request, response) : refuseReader(response);
    }
    // The emulators still answer while the last invocations end; new work does not begin.
    if (isClosing || api === undefined) {
      plainAnswer(
        response,
        isClosing ? 503 : 404,
        isClosing ? 'the local run is stopping' : 'the stack has no API',
      );
      return undefined;
    }
    return api(request, response);
  });

  connectEventBuses(parts);
  publishMailEvents(parts);
  const schedules = startSchedules(parts);
  const mappings = startEventSourceMappings(parts);
  onClose.push(async () => {
    isClosing = true;
    for (const schedule of schedules) schedule.stop();
    const ended = Promise.all([
      ...mappings.map((mapping) => mapping.stop()),
      ...lambdas.map((lambda) => lambda.drained()),
    ]);
    await Promise.race([ended, pause(options.drainMs ?? 5000, undefined, { ref: false })]);
  });
  writePrivateFile(manifestFile, `${JSON.stringify(manifest, undefined, 2)}\n`);
  console = await openedConsole(options, onError);
  onClose.push(() => console?.close());

  return {
    url: baseUrl,
    manifest,
    usedGrants: access.usedGrants,
    unusedGrants: access.unusedGrants,
    keysWith(policy) {
      const found = [...readManagedPolicies(stack, resolved)].find(([id]) => id.startsWith(policy));
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
    close: closeAll,
  };
}

/** The gateway runs without a console, too. */
async function openedConsole(
  { openConsole, dataDir }: LocalRunOptions,
  onError: (line: string) => void,
): Promise<LocalConsole | undefined> {
  try {
    return await openConsole?.({ dataDir });
  } catch (error) {
    onError(`the console does not run: ${messageOf(error)}`);
    return undefined;
  }
}

/** `starting 8 queues, 1 table, 4 functions…` */
function startingLine(types: readonly string[]): string {
  const kinds: [string, RegExp][] = [
    ['queue', /^AWS::SQS::Queue$/],
    ['table', /^AWS::DynamoDB::(Global)?Table$/],
    ['function', /^AWS::Lambda::Function$/],
  ];
  const counts = kinds.map(([noun, type]) => {
    const count = types.filter((candidate) => type.test(candidate)).length;
    return `${count} ${noun}${count === 1 ? '' : 's'}`;
  });
  return `starting ${counts.join(', ')}…`;
}
