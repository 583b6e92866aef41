import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import { TABLE } from '../../functions/core/model/wire/table.ts';
import { TIMEOUTS } from '../timings.ts';
import { GatewayFunction } from './gateway-function.ts';
import type { FunctionsOf } from './functions-of.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** The function that finds silent sources, and configuration that cannot be read. */
export function watchSourcesFunction(
  scope: Construct,
  { props, base, everyFunction }: FunctionsOf,
): GatewayFunction {
  const { table } = props;
  const { alerts } = props.queues;
  const fn = new GatewayFunction(scope, 'WatchSources', {
    ...base('watch-sources'),
    description: 'Raises an alert for each source that has been silent for too long, and resolves it',
    timeout: TIMEOUTS.watchSources,
    environment: {
      ...everyFunction,
      [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
    },
  });
  fn.runEvery('EveryFiveMinutes', Duration.minutes(5));
  fn.allowSending(alerts.queue);
  fn.allow(['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], [table.tableArn]);
  return fn;
}

/** The function that finds deliveries that died, or that lost their message. */
export function watchDeliveriesFunction(
  scope: Construct,
  { props, base, everyFunction }: FunctionsOf,
): GatewayFunction {
  const { table } = props;
  const { alerts, email, webhook, webhookRetry, emailFeedback, privateLane } = props.queues;
  const fn = new GatewayFunction(scope, 'WatchDeliveries', {
    ...base('watch-deliveries'),
    description: 'Records dead letters that SQS moved, and finds deliveries that lost their messages',
    timeout: TIMEOUTS.watchDeliveries,
    environment: {
      ...everyFunction,
      [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
      [ENVIRONMENT.alertsDeadLetterUrl]: alerts.deadLetters.queueUrl,
      [ENVIRONMENT.emailQueueUrl]: email.queue.queueUrl,
      [ENVIRONMENT.emailDeadLetterUrl]: email.deadLetters.queueUrl,
      [ENVIRONMENT.webhookQueueUrl]: webhook.queue.queueUrl,
      [ENVIRONMENT.webhookDeadLetterUrl]: webhook.deadLetters.queueUrl,
      [ENVIRONMENT.webhookRetryQueueUrl]: webhookRetry.queue.queueUrl,
      [ENVIRONMENT.webhookRetryDeadLetterUrl]: webhookRetry.deadLetters.queueUrl,
      ...(privateLane !== undefined && {
        [ENVIRONMENT.privateWebhookQueueUrl]: privateLane.webhook.queue.queueUrl,
        [ENVIRONMENT.privateWebhookDeadLetterUrl]: privateLane.webhook.deadLetters.queueUrl,
        [ENVIRONMENT.privateWebhookRetryQueueUrl]: privateLane.webhookRetry.queue.queueUrl,
        [ENVIRONMENT.privateWebhookRetryDeadLetterUrl]: privateLane.webhookRetry.deadLetters.queueUrl,
      }),
      ...(emailFeedback !== undefined && {
        [ENVIRONMENT.emailFeedbackDeadLetterUrl]: emailFeedback.deadLetters.queueUrl,
      }),
    },
  });
  fn.runEvery('EveryMinute', Duration.minutes(1));
  // Deliveries that lost their message are sent again.
  fn.allowSending(alerts.queue, email.queue, webhook.queue);
  if (privateLane !== undefined) fn.allowSending(privateLane.webhook.queue);
  watchLetters(fn, props.queues.all);
  fn.allow(
    ['sqs:GetQueueAttributes'],
    [
      alerts,
      email,
      webhook,
      webhookRetry,
      ...(privateLane === undefined ? [] : [privateLane.webhook, privateLane.webhookRetry]),
    ].map(({ queue }) => queue.queueArn),
  );
  fn.allow(
    [
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      // Of deliveries that it sends again it closes the tallies, several in one call.
      'dynamodb:PartiQLInsert',
    ],
    [table.tableArn],
  );
  // It reads the table itself for silences that have ended.
  fn.allow(['dynamodb:Query'], [table.tableArn, `${table.tableArn}/index/${TABLE.byTime.index}`]);
  return fn;
}

/** Lets it take the dead letters that SQS moved, and put each back with its reason. */
export function watchLetters(fn: GatewayFunction, pairs: readonly QueueWithDeadLetters[]): void {
  const letters = pairs.map(({ deadLetters }) => deadLetters);
  fn.allowSending(...letters);
  fn.allow(
    ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    letters.map(({ queueArn }) => queueArn),
  );
}
