import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import { ROUTE_MEMORY, TIMEOUTS } from '../timings.ts';
import type { FunctionsOf } from './functions-of.ts';
import { GatewayFunction } from './gateway-function.ts';

/** The function that answers senders. */
export function ingestFunction(
  scope: Construct,
  { props, base, everyFunction }: FunctionsOf,
): GatewayFunction {
  const { table, namePrefix, concurrency } = props;
  const { alerts } = props.queues;
  const fn = new GatewayFunction(scope, 'Ingest', {
    ...base('ingest'),
    description: 'Authenticates a sender, turns the body into alerts and makes them durable before the 202',
    timeout: TIMEOUTS.ingest,
    reservedConcurrency: concurrency.reservedForIngest,
    environment: {
      ...everyFunction,
      [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
    },
  });
  fn.allowSending(alerts.queue);
  fn.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [table.tableArn]);
  fn.allowReadingSecrets(`${namePrefix}/source`);
  return fn;
}

/** The function that decides which destinations an accepted alert is owed to. */
export function routeFunction(
  scope: Construct,
  { props, base, everyFunction }: FunctionsOf,
): GatewayFunction {
  const { table, concurrency } = props;
  const { alerts, email, webhook, privateLane } = props.queues;
  const fn = new GatewayFunction(scope, 'Route', {
    ...base('route'),
    description: 'Stores an alert and decides which destinations it is owed to',
    timeout: TIMEOUTS.route,
    memory: ROUTE_MEMORY,
    environment: {
      ...everyFunction,
      [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
      [ENVIRONMENT.emailQueueUrl]: email.queue.queueUrl,
      [ENVIRONMENT.webhookQueueUrl]: webhook.queue.queueUrl,
      ...(privateLane !== undefined && {
        [ENVIRONMENT.privateWebhookQueueUrl]: privateLane.webhook.queue.queueUrl,
      }),
    },
  });
  fn.consume('Alerts', alerts.queue, { maxConcurrency: concurrency.alerts });
  // The alerts that the gateway raises about itself go to the alerts queue.
  fn.allowSending(email.queue, webhook.queue, alerts.queue);
  if (privateLane !== undefined) fn.allowSending(privateLane.webhook.queue);
  // UpdateItem keeps a system alert as it was raised first.
  fn.allow(
    [
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:UpdateItem',
    ],
    [table.tableArn],
  );
  return fn;
}
