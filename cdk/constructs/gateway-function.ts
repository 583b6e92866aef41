import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  EventSourceMapping,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { ArnFormat, Duration, RemovalPolicy, type Size, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { secretArn } from './secret-arn.ts';

export type GatewayFunctionProps = {
  /** For example `Tocsin-ingest`. */
  functionName: string;
  description: string;
  code: Code;
  timeout: Duration;
  environment: Record<string, string>;
  /** @default - 512 MB */
  memory?: Size;
  /**
   * Executions at a time that no other function of the account may use, and that this one never exceeds.
   *
   * @default - it shares the executions that are not reserved
   */
  reservedConcurrency?: number | undefined;
  /**
   * Whether the function sends messages that come back to itself.
   *
   * @default - Lambda stops a chain that passes the function about 16 times
   */
  sendsToItself?: boolean;
  /**
   * The network that it reaches. It then reaches nothing outside of that network, and AWS only by endpoints in it.
   *
   * @default - the internet, and nothing private
   */
  network?: FunctionNetwork;
};

/** Where in a VPC a function is. */
type FunctionNetwork = {
  subnetIds: readonly string[];
  securityGroupIds: readonly string[];
  hasIpv6: boolean;
};

/** A Lambda function as all of ours are: Node 24 on arm64, logs as JSON, and a role that may do nothing yet. */
export class GatewayFunction extends Construct {
  readonly function: LambdaFunction;
  /** Whether Lambda ends a chain of invocations that comes back to this function again and again. */
  readonly isLoopStopped: boolean;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: GatewayFunctionProps) {
    super(scope, id);
    this.isLoopStopped = props.sendsToItself !== true;
    // A role of our own: the managed policy of the CDK's role may write to every log group.
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.functionName}`,
      // Records that must be kept longer are in the table.
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      role: this.#role,
      timeout: props.timeout,
      // CPU comes with memory: below 512 MB a cold start is slow, and above it the work only waits for the network.
      memorySize: props.memory?.toMebibytes() ?? 512,
      environment: props.environment,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // START, END and REPORT lines would cost as much as the queues.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      ...(props.sendsToItself ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    if (props.network !== undefined) this.#moveInto(props.network, props.functionName);
  }

  /**
   * Sets the plain properties: the CDK's own way asks for the VPC's zones, and attaches a managed policy that may write to
   * every log group.
   *
   * Lambda makes the network interfaces with the function's role. The rights that it needs, and those that it takes on `*` only:
   * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html (awsdocs/aws-lambda-developer-guide,
   * doc_source/configuration-vpc.md, read 2026-11-27). The code itself is denied all of them, as that page recommends.
   */
  #moveInto({ subnetIds, securityGroupIds, hasIpv6 }: FunctionNetwork, functionName: string): void {
    const stack = Stack.of(this);
    const ec2 = (resource: string, resourceName: string): string =>
      stack.formatArn({ service: 'ec2', resource, resourceName });
    const interfaces = ec2('network-interface', '*');
    const resource = this.function.node.defaultChild as CfnFunction;
    resource.vpcConfig = {
      subnetIds: [...subnetIds],
      securityGroupIds: [...securityGroupIds],
      ...(hasIpv6 && { ipv6AllowedForDualStack: true }),
    };
    this.allow(
      ['ec2:CreateNetworkInterface'],
      [
        ...subnetIds.map((id) => ec2('subnet', id)),
        ...securityGroupIds.map((id) => ec2('security-group', id)),
        interfaces,
      ],
    );
    this.allow(['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], ['*']);
    // Lambda asks for this right on all interfaces before it makes one.
    this.allow(['ec2:DeleteNetworkInterface'], [ec2('*', '*')]);
    this.allow(['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'], [interfaces]);
    this.#role.addToPrincipalPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: [
          'ec2:AssignPrivateIpAddresses',
          'ec2:CreateNetworkInterface',
          'ec2:DeleteNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:UnassignPrivateIpAddresses',
        ],
        resources: ['*'],
        conditions: {
          ArnEquals: {
            'lambda:SourceFunctionArn': stack.formatArn({
              service: 'lambda',
              resource: 'function',
              resourceName: functionName,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
  }

  /** Grants exactly these actions on exactly these resources, where the conditions hold. */
  allow(
    actions: string[],
    resourceArns: string[],
    conditions: Record<string, Record<string, string>> = {},
  ): void {
    this.#role.addToPrincipalPolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions, resources: resourceArns, conditions }),
    );
  }

  /** Grants sending to each of the queues. */
  allowSending(...queues: IQueue[]): void {
    this.allow(
      ['sqs:SendMessage'],
      queues.map((queue) => queue.queueArn),
    );
  }

  /**
   * Grants reading every secret below `{prefix}/`.
   *
   * Secrets come and go with sources and destinations, and their ARNs end in six random characters: the
   * prefix is the least that can be named.
   */
  allowReadingSecrets(prefix: string): void {
    this.allow(['secretsmanager:GetSecretValue'], [secretArn(this, `${prefix}/*`)]);
  }

  /**
   * Starts the function once in each period. Lambda repeats a run that fails twice, and drops a run that could not begin before
   * the next one is due: it would keep it for six hours otherwise, and start all of them at once when throttles end.
   */
  runEvery(id: string, period: Duration): void {
    this.function.configureAsyncInvoke({ maxEventAge: period, retryAttempts: 2 });
    new Rule(this, id, { schedule: Schedule.rate(period), targets: [new LambdaTarget(this.function)] });
  }

  /** Works the queue off, at most `maxConcurrency` batches of ten at a time. */
  consume(id: string, queue: IQueue, { maxConcurrency }: { maxConcurrency: number }): void {
    // Lambda's poller works with the function's role; the first three are what it asks for
    // (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions). With the last one
    // the function makes its failed messages come back before the queue's visibility timeout ends.
    this.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      [queue.queueArn],
    );
    new EventSourceMapping(this, id, {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      // No waiting for a full batch: it would save invocations when messages are few, but alerts would wait. Under load
      // batches fill by themselves.
      maxBatchingWindow: Duration.seconds(0),
      maxConcurrency,
      // Otherwise one failing message would repeat the nine others.
      reportBatchItemFailures: true,
    });
  }
}
