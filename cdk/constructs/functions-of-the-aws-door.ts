import type { Construct } from 'constructs';
import type { AwsEvents } from '../../functions/core/model/config/aws-events.ts';
import { ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import { FOR_AWS_EVENTS } from '../concurrency.ts';
import { TIMEOUTS } from '../timings.ts';
import type { FunctionsOf } from './functions-of.ts';
import { watchLetters } from './functions-that-watch.ts';
import { GatewayFunction } from './gateway-function.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** The function that turns events of AWS into alerts, as ingestion does with requests. */
export function ingestAwsEventsFunction(
  scope: Construct,
  { props, base, everyFunction }: FunctionsOf,
  { queue, deadLetters }: QueueWithDeadLetters,
): GatewayFunction {
  const { table } = props;
  const { alerts } = props.queues;
  const fn = new GatewayFunction(scope, 'IngestAwsEvents', {
    ...base('ingest-aws-events'),
    description: 'Turns events of AWS into alerts and makes them durable before they leave their queue',
    timeout: TIMEOUTS.ingestAwsEvents,
    environment: {
      ...everyFunction,
      [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
      [ENVIRONMENT.awsEventsQueueUrl]: queue.queueUrl,
      [ENVIRONMENT.awsEventsDeadLetterUrl]: deadLetters.queueUrl,
    },
  });
  fn.consume('AwsEvents', queue, { maxConcurrency: FOR_AWS_EVENTS });
  fn.allowSending(alerts.queue, deadLetters);
  fn.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [table.tableArn]);
  return fn;
}

/** Tells the watchers of the door: they make its sources, unless the door does so first, and take its dead letters. */
export function watchAwsEvents(
  { watchSources, watchDeliveries }: { watchSources: GatewayFunction; watchDeliveries: GatewayFunction },
  { props }: FunctionsOf,
  { queue, events }: { queue: QueueWithDeadLetters; events: readonly AwsEvents[] },
): void {
  watchSources.function.addEnvironment(ENVIRONMENT.awsEvents, events.join(','));
  watchSources.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [props.table.tableArn]);
  watchDeliveries.function.addEnvironment(ENVIRONMENT.awsEventsDeadLetterUrl, queue.deadLetters.queueUrl);
  watchLetters(watchDeliveries, [queue]);
}
