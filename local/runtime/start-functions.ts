import { join } from 'node:path';
import type { Account } from '../emulators/account.ts';
import { isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { StartError } from '../start-error.ts';
import type { ResolvedStack } from '../template/identities.ts';
import type { Stack } from '../template/read-assembly.ts';
import type { AccessCheck, AccessKeys } from './access-check.ts';
import { resourcesOf, textProperty } from './deploy-resources.ts';
import type { DeployedResource } from './deploy-resources.ts';
import { openFunctionLog } from './function-log.ts';
import type { EnvironmentLooks } from './environment-looks.ts';
import { createLambdaFunction } from './lambda-function.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { readPolicies } from './read-policies.ts';

type FunctionSettings = {
  account: Account;
  /** Where functions reach the emulators. */
  baseUrl: string;
  dataDir: string;
  /** Passed on as TOCSIN_EGRESS_ALLOW; undefined leaves it out. */
  egressAllow: string | undefined;
  /** Where canaries are received; undefined where there are none. */
  canaryUrl: string | undefined;
  /** For each queue that a function works off; a function without a queue has as many. */
  maxEnvironments: number;
  idleMs: number;
  cpuShare: number;
  looks: EnvironmentLooks;
  onError(line: string): void;
};

const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

/** The functions of a template, by ARN and by name; none of them runs yet. */
export function startFunctions(
  stack: Stack,
  resolved: ResolvedStack,
  access: AccessCheck,
  settings: FunctionSettings,
): Map<string, LambdaFunction> {
  const policies = readPolicies(stack, resolved);
  const roleByArn = new Map<string, string>();
  for (const { resource } of resourcesOf(stack, resolved, 'AWS::IAM::Role')) {
    roleByArn.set(resolved.identityOf(resource.logicalId).attributes['Arn'] ?? '', resource.logicalId);
  }
  const functions = new Map<string, LambdaFunction>();
  for (const deployed of resourcesOf(stack, resolved, 'AWS::Lambda::Function')) {
    const role = roleByArn.get(textProperty(deployed, 'Role'));
    const lambda = createOne(deployed, policies.get(role ?? '') ?? [], { stack, resolved, access, settings });
    functions.set(lambda.arn, lambda).set(lambda.name, lambda);
  }
  return functions;
}

function createOne(
  deployed: DeployedResource,
  statements: Parameters<AccessCheck['addFunction']>[1],
  parts: { stack: Stack; resolved: ResolvedStack; access: AccessCheck; settings: FunctionSettings },
): LambdaFunction {
  const { access, settings } = parts;
  const { properties, resource } = deployed;
  const identity = parts.resolved.identityOf(resource.logicalId);
  const name = identity.ref;
  if (!textProperty(deployed, 'Runtime').startsWith('nodejs')) {
    throw new StartError(`function ${name}: the local run runs Node.js functions only`);
  }
  const keys = access.addFunction(name, statements);
  const reserved = properties['ReservedConcurrentExecutions'];
  const queues = queuesOf(deployed, parts);
  return createLambdaFunction(
    {
      name,
      arn: identity.attributes['Arn'] ?? '',
      folder: parts.stack.assetFolder(String(objectProperty(deployed, 'Code')['S3Key'])),
      handler: textProperty(deployed, 'Handler'),
      timeoutMs: Number(properties['Timeout'] ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
      memoryMb: memoryMbOf(deployed),
      cpuShare: settings.cpuShare,
      worksOffQueues: queues > 0,
      environment: {
        ...environmentOfLambda(deployed, { name, keys, settings }),
        ...environmentOfTemplate(deployed),
        ...environmentOfRun(settings),
      },
    },
    {
      maxEnvironments: settings.maxEnvironments * Math.max(1, queues),
      idleMs: settings.idleMs,
      looks: settings.looks,
      ...(reserved !== undefined && { reservedConcurrency: Number(reserved) }),
      ...logOf(deployed, { name, access, settings }),
    },
  );
}

/** Writes a function's lines and failures to its log file, with the grants that Lambda would use for its log group. */
function logOf(
  deployed: DeployedResource,
  { name, access, settings }: { name: string; access: AccessCheck; settings: FunctionSettings },
): Pick<Parameters<typeof createLambdaFunction>[1], 'onStart' | 'logPath' | 'onFailure'> {
  const { region, accountId } = settings.account;
  const resource = `arn:aws:logs:${region}:${accountId}:log-group:${logGroupOf(deployed, name)}:log-stream:local`;
  const logPath = join(settings.dataDir, 'logs', `${name}.log`);
  const log = openFunctionLog(logPath);
  const useGrant = (action: string): void => {
    if (access.isAllowed(name, { action, resource })) access.require(name, [{ action, resource }]);
  };
  return {
    logPath,
    onStart() {
      useGrant('logs:CreateLogStream');
      useGrant('logs:PutLogEvents');
    },
    onFailure({ errorType, errorMessage, stack = '' }) {
      log.append(JSON.stringify({ level: 'ERROR', errorType, errorMessage, stack: stack.split('\n') }));
      settings.onError(`${name} failed: ${errorType}: ${errorMessage.split('\n')[0]}`);
    },
  };
}

function logGroupOf(deployed: DeployedResource, functionName: string): string {
  const { LogGroup: group } = objectProperty(deployed, 'LoggingConfig');
  return typeof group === 'string' ? group : `/aws/lambda/${functionName}`;
}

function memoryMbOf({ properties }: DeployedResource): number {
  return Number(properties['MemorySize'] ?? DEFAULT_MEMORY_MB);
}

/** How many queues the function works off. */
function queuesOf(
  { resource }: DeployedResource,
  { stack, resolved }: { stack: Stack; resolved: ResolvedStack },
): number {
  const { ref, attributes } = resolved.identityOf(resource.logicalId);
  return resourcesOf(stack, resolved, 'AWS::Lambda::EventSourceMapping').filter((mapping) =>
    [ref, attributes['Arn']].includes(textProperty(mapping, 'FunctionName')),
  ).length;
}

/** The variables that Lambda itself sets. */
function environmentOfLambda(
  deployed: DeployedResource,
  { name, keys, settings }: { name: string; keys: AccessKeys; settings: FunctionSettings },
): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_DEFAULT_REGION: settings.account.region,
    AWS_REGION: settings.account.region,
    AWS_ENDPOINT_URL: settings.baseUrl,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMbOf(deployed)),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(deployed, name),
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    TZ: ':UTC',
  };
}

function environmentOfTemplate(deployed: DeployedResource): Record<string, string> {
  const { Variables: variables } = objectProperty(deployed, 'Environment');
  const entries = isJsonObject(variables) ? Object.entries(variables) : [];
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** The variables that only this run can know; they replace those of the template. */
function environmentOfRun({ dataDir, canaryUrl, egressAllow }: FunctionSettings): Record<string, string> {
  return {
    // Commands in mails are for this run.
    TOCSIN_COMMAND_TARGET: `--data ${dataDir}`,
    // The URL in the template begins with http here, and webhooks go to https only.
    ...(canaryUrl !== undefined && { TOCSIN_CANARY_URL: canaryUrl }),
    ...(egressAllow !== undefined && { TOCSIN_EGRESS_ALLOW: egressAllow }),
  };
}

/** A property with members; empty where the template has none. */
function objectProperty({ properties }: DeployedResource, name: string): JsonObject {
  const value = properties[name];
  return isJsonObject(value) ? value : {};
}
