import type { Clock } from '../clock.ts';
import type { Emulators } from '../emulators/emulators.ts';
import { queueNameOf } from '../emulators/sqs/queue-registry.ts';
import { isJsonObject } from '../json-object.ts';
import { StartError } from '../start-error.ts';
import type { ResolvedStack } from '../template/identities.ts';
import type { Stack } from '../template/read-assembly.ts';
import type { AccessCheck } from './access-check.ts';
import { resourcesOf, textProperty } from './deploy-resources.ts';
import type { DeployedResource } from './deploy-resources.ts';
import type { EnvironmentLooks } from './environment-looks.ts';
import { startEventSourceMapping } from './event-source-mapping.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import type { TextBytesBehaviour } from './http-api/decode-body.ts';
import { createHttpApi, MAX_INTEGRATION_MS } from './http-api/http-api.ts';
import type { HttpApi } from './http-api/http-api.ts';
import type { ThrottleSettings } from './http-api/throttle.ts';
import type { Route } from './http-api/routes.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { createMessageGroupsSeen } from './message-groups-seen.ts';
import { createRoomForBatches } from './room-for-batches.ts';
import { schedulePeriodMs, startSchedule } from './schedule.ts';
import type { Schedule } from './schedule.ts';

export type TriggerParts = {
  stack: Stack;
  resolved: ResolvedStack;
  functions: ReadonlyMap<string, LambdaFunction>;
  emulators: Emulators;
  access: AccessCheck;
  clock: Clock;
  maxEnvironments: number;
  looks: EnvironmentLooks;
  onError: (line: string) => void;
  /** A fault of the emulators themselves. */
  onFault: (error: unknown) => void;
};

const DEFAULT_BATCH_SIZE = 10;
const DEFAULT_CONCURRENCY = 10;
/** Lambda polls a queue with the permissions of the function that it polls for. */
const POLLING_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

function functionOf(parts: TriggerParts, arnOrName: string, where: string): LambdaFunction {
  const lambda = parts.functions.get(arnOrName);
  if (lambda === undefined) throw new StartError(`${where}: the template has no function ${arnOrName}`);
  return lambda;
}

/** Starts receiving for every enabled event source mapping. */
export function startEventSourceMappings(parts: TriggerParts): EventSourceMapping[] {
  const { access, emulators, resolved, stack } = parts;
  const mappings = resourcesOf(stack, resolved, 'AWS::Lambda::EventSourceMapping').map((mapping) => ({
    ...mapping,
    lambda: functionOf(parts, textProperty(mapping, 'FunctionName'), mapping.resource.logicalId),
  }));
  const room = createRoomForBatches([...new Set(mappings.map(({ lambda }) => lambda))], parts.looks);
  const groups = createMessageGroupsSeen(() => performance.now());
  return mappings
    .filter(({ properties }) => properties['Enabled'] !== false)
    .map((mapping) => {
      const { lambda, properties } = mapping;
      const where = mapping.resource.logicalId;
      const queueArn = textProperty(mapping, 'EventSourceArn');
      for (const action of POLLING_ACTIONS) {
        if (!access.isAllowed(lambda.name, { action, resource: queueArn })) {
          throw new StartError(
            `${where}: the role of ${lambda.name} does not grant ${action} on ${queueArn}`,
          );
        }
        access.require(lambda.name, [{ action, resource: queueArn }]);
      }
      const scaling = isJsonObject(properties['ScalingConfig']) ? properties['ScalingConfig'] : {};
      const responseTypes = properties['FunctionResponseTypes'];
      return startEventSourceMapping(
        {
          queueArn,
          batchSize: Number(properties['BatchSize'] ?? DEFAULT_BATCH_SIZE),
          batchingWindowMs: Number(properties['MaximumBatchingWindowInSeconds'] ?? 0) * 1000,
          // Each queue has a limit of its own, as on AWS: a slow queue of a function must not hold up its others.
          maxConcurrency: Math.min(
            Number(scaling['MaximumConcurrency'] ?? DEFAULT_CONCURRENCY),
            parts.maxEnvironments,
          ),
          reportsFailures: Array.isArray(responseTypes) && responseTypes.includes('ReportBatchItemFailures'),
        },
        {
          sqs: emulators.sqs,
          lambda,
          account: emulators.account,
          room,
          groups,
          visibilitySeconds: () => emulators.sqs.visibilitySeconds(queueNameOf(queueArn)),
          onError: parts.onError,
          onFault: parts.onFault,
        },
      );
    });
}

/** Starts every enabled schedule that invokes a function. */
export function startSchedules(parts: TriggerParts): Schedule[] {
  const { emulators, resolved, stack } = parts;
  const start = (
    deployed: DeployedResource,
    source: 'aws.events' | 'aws.scheduler',
    target: unknown,
  ): Schedule => {
    const where = deployed.resource.logicalId;
    const details = isJsonObject(target) ? target : {};
    return startSchedule({
      ruleArn: `arn:aws:events:${emulators.account.region}:${emulators.account.accountId}:rule/${where}`,
      source,
      periodMs: schedulePeriodMs(textProperty(deployed, 'ScheduleExpression'), where),
      input: typeof details['Input'] === 'string' ? details['Input'] : undefined,
      lambda: functionOf(parts, String(details['Arn']), where),
      account: emulators.account,
      clock: parts.clock,
    });
  };
  const isOn = ({ properties }: DeployedResource): boolean => properties['State'] !== 'DISABLED';
  const rules = resourcesOf(stack, resolved, 'AWS::Events::Rule')
    .filter(isOn)
    // A rule with a pattern waits for events instead: connect-event-buses.ts.
    .filter(({ properties }) => properties['EventPattern'] === undefined);
  const schedules = resourcesOf(stack, resolved, 'AWS::Scheduler::Schedule').filter(isOn);
  return [
    ...rules.flatMap((rule) => {
      const targets = rule.properties['Targets'];
      return (Array.isArray(targets) ? targets : []).map((target) => start(rule, 'aws.events', target));
    }),
    ...schedules.map((schedule) => start(schedule, 'aws.scheduler', schedule.properties['Target'])),
  ];
}

/** The HTTP API of the template; undefined when it has none. */
export function createApi(parts: TriggerParts, textBytes: TextBytesBehaviour): HttpApi | undefined {
  const { resolved, stack } = parts;
  const [api, second] = resourcesOf(stack, resolved, 'AWS::ApiGatewayV2::Api');
  if (api === undefined) return undefined;
  if (second !== undefined)
    throw new StartError('the local run serves one HTTP API; the template has more than one');
  requireValue(api, 'ProtocolType', 'HTTP');
  const stages = resourcesOf(stack, resolved, 'AWS::ApiGatewayV2::Stage');
  for (const stage of stages) requireValue(stage, 'StageName', '$default');
  const integrations = new Map(
    resourcesOf(stack, resolved, 'AWS::ApiGatewayV2::Integration').map((integration) => {
      requireValue(integration, 'IntegrationType', 'AWS_PROXY');
      requireValue(integration, 'PayloadFormatVersion', '2.0');
      const target: string = `integrations/${resolved.identityOf(integration.resource.logicalId).ref}`;
      return [target, integration] as const;
    }),
  );
  const routes = resourcesOf(stack, resolved, 'AWS::ApiGatewayV2::Route').map((route): Route => {
    const where = route.resource.logicalId;
    if (route.properties['AuthorizationType'] !== undefined) requireValue(route, 'AuthorizationType', 'NONE');
    const integration = integrations.get(textProperty(route, 'Target'));
    if (integration === undefined)
      throw new StartError(`${where}: the template has no integration for this route`);
    return {
      key: textProperty(route, 'RouteKey'),
      lambda: functionOf(parts, functionArnOf(textProperty(integration, 'IntegrationUri')), where),
      timeoutMs: Number(integration.properties['TimeoutInMillis'] ?? MAX_INTEGRATION_MS),
    };
  });
  const apiId = resolved.identityOf(api.resource.logicalId).ref;
  const throttle = throttleOf(stages[0]?.properties['DefaultRouteSettings']);
  const { account } = parts.emulators;
  return createHttpApi({
    apiId,
    routes,
    account,
    clock: parts.clock,
    textBytes,
    ...(throttle !== undefined && { throttle }),
  });
}

/** Without both numbers the quota of the account applies, which one machine does not reach. */
function throttleOf(settings: unknown): ThrottleSettings | undefined {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = isJsonObject(settings) ? settings : {};
  if (rate === undefined || burst === undefined) return undefined;
  return { rateLimit: Number(rate), burstLimit: Number(burst) };
}

/** A function's ARN out of an integration URI, which is either that or the older invocation path around it. */
function functionArnOf(uri: string): string {
  return /functions\/(arn:aws:lambda:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri;
}

function requireValue(deployed: DeployedResource, name: string, expected: string): void {
  const value = textProperty(deployed, name);
  if (value === expected) return;
  const { logicalId, type } = deployed.resource;
  throw new StartError(
    `resource ${logicalId} (${type}): the local run supports ${name} ${expected}, not ${value}`,
  );
}
