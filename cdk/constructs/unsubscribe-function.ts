import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import { TIMEOUTS } from '../timings.ts';
import type { FunctionsOf } from './functions-of.ts';
import { GatewayFunction } from './gateway-function.ts';

/** The function behind the unsubscribe links in mails. */
export function unsubscribeFunction(
  scope: Construct,
  { props, base, everyFunction }: FunctionsOf,
): GatewayFunction {
  const { table } = props;
  const { alerts } = props.queues;
  const fn = new GatewayFunction(scope, 'Unsubscribe', {
    ...base('unsubscribe'),
    description: 'Shows the page behind the unsubscribe link, and takes a recipient off a destination',
    timeout: TIMEOUTS.unsubscribe,
    environment: {
      ...everyFunction,
      [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
      ...(props.operatorEmail !== undefined && { [ENVIRONMENT.operatorEmail]: props.operatorEmail }),
    },
  });
  fn.allowSending(alerts.queue);
  fn.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query'], [table.tableArn]);
  fn.allow(['secretsmanager:GetSecretValue'], [props.unsubscribeKey.secretArn]);
  return fn;
}
