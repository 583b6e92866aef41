import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Duration, RemovalPolicy, SecretValue } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Heartbeat } from '../../functions/core/config/parse-deployment.ts';
import { CANARY_DESTINATION_ID } from '../../functions/core/model/config/canary.ts';
import { ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import { CANARY_SOURCE_ID } from '../../functions/core/model/wire/alert.ts';
import { TIMEOUTS } from '../timings.ts';
import type { FunctionsOf } from './functions-of.ts';
import { drawnSecret } from './drawn-secret.ts';
import { GatewayFunction } from './gateway-function.ts';
import { secretArn } from './secret-arn.ts';

/**
 * The function that sends canaries through the public URL, the function that receives them, and the secrets that both sign with.
 *
 * The secrets are the stack's, unlike those of other sources and destinations: no function may write one.
 */
export class FunctionsOfCanary extends Construct {
  readonly run: GatewayFunction;
  readonly receive: GatewayFunction;

  constructor(
    scope: Construct,
    id: string,
    { props, base, everyFunction }: FunctionsOf,
    { minutes, heartbeat }: { minutes: number; heartbeat: Heartbeat | undefined },
  ) {
    super(scope, id);
    const { table, namePrefix } = props;
    const { alerts } = props.queues;
    const source = this.#secret('SourceSecret', `${namePrefix}/source/${CANARY_SOURCE_ID}`);
    const destination = this.#secret(
      'DestinationSecret',
      `${namePrefix}/destination/${CANARY_DESTINATION_ID}`,
    );
    const listener = heartbeat === undefined ? undefined : this.#listener(namePrefix, heartbeat);
    const common = {
      ...everyFunction,
      ...(listener !== undefined && { [ENVIRONMENT.heartbeatSecret]: listener.name }),
    };

    this.run = new GatewayFunction(this, 'Run', {
      ...base('run-canary'),
      description: 'Sends an alert through the public URL, and tells when an earlier one is late or missing',
      timeout: TIMEOUTS.runCanary,
      environment: {
        ...common,
        [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
        ...(props.emailSending === undefined && { [ENVIRONMENT.withoutSes]: 'true' }),
      },
    });
    this.run.runEvery('Schedule', Duration.minutes(minutes));
    this.run.allowSending(alerts.queue);
    this.run.allow(
      [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:Query',
        'dynamodb:BatchGetItem',
      ],
      [table.tableArn],
    );
    this.run.allow(['secretsmanager:GetSecretValue'], [source.secretArn, ...(listener?.arns ?? [])]);

    this.receive = new GatewayFunction(this, 'Receive', {
      ...base('receive-canary'),
      description:
        'The end of the way of a canary: checks its signature, keeps a receipt, tells the heartbeat',
      timeout: TIMEOUTS.receiveCanary,
      environment: common,
    });
    this.receive.allow(['dynamodb:UpdateItem'], [table.tableArn]);
    this.receive.allow(['secretsmanager:GetSecretValue'], [destination.secretArn, ...(listener?.arns ?? [])]);
  }

  /** Tells the sender its two URLs. They come after the functions, because the API needs its functions first. */
  pointAt({ ingestUrl, canaryUrl }: { ingestUrl: string; canaryUrl: string }): void {
    this.run.function.addEnvironment(ENVIRONMENT.ingestUrl, ingestUrl);
    this.run.function.addEnvironment(ENVIRONMENT.canaryUrl, canaryUrl);
  }

  #secret(id: string, secretName: string): Secret {
    return drawnSecret(this, id, { secretName, description: 'Signs the canaries of Tocsin' });
  }

  /** The secret that holds the URL of the heartbeat: one of the stack, or one that the operator keeps. */
  #listener(namePrefix: string, heartbeat: Heartbeat): { name: string; arns: string[] } {
    if ('url' in heartbeat) {
      const secret = new Secret(this, 'HeartbeatUrl', {
        secretName: `${namePrefix}/heartbeat-url`,
        description: 'Who hears that the canaries of Tocsin arrive',
        // The URL stands in tocsin.json, so it may stand in the template; with secretsmanager:NAME it stands in neither.
        secretStringValue: SecretValue.unsafePlainText(heartbeat.url),
        removalPolicy: RemovalPolicy.DESTROY,
      });
      return { name: `${namePrefix}/heartbeat-url`, arns: [secret.secretArn] };
    }
    const { secretName } = heartbeat;
    return { name: secretName, arns: [secretArn(this, `${secretName}-??????`)] };
  }
}
