import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import { TIMEOUTS } from '../timings.ts';
import { GatewayFunction, type GatewayFunctionProps } from './gateway-function.ts';
import type { FunctionsOf } from './functions-of.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** The function that sends mails. */
export function deliverEmailFunction(
  scope: Construct,
  { props, base, everyFunction }: FunctionsOf,
): GatewayFunction {
  const { table, emailSending, namePrefix, concurrency } = props;
  const { alerts, email } = props.queues;
  const fn = new GatewayFunction(scope, 'DeliverEmail', {
    ...base('deliver-email'),
    description: 'Sends one mail per delivery through SES or a mail server and records what came of it',
    timeout: TIMEOUTS.deliverEmail,
    // A retry is a new message to the same queue.
    sendsToItself: true,
    environment: {
      ...everyFunction,
      [ENVIRONMENT.emailQueueUrl]: email.queue.queueUrl,
      [ENVIRONMENT.emailDeadLetterUrl]: email.deadLetters.queueUrl,
      [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
      [ENVIRONMENT.commandTarget]: `--stack ${namePrefix}`,
      ...(emailSending !== undefined && {
        [ENVIRONMENT.emailFrom]: emailSending.from,
        [ENVIRONMENT.configurationSet]: emailSending.configurationSet.configurationSetName,
      }),
    },
  });
  fn.consume('Email', email.queue, { maxConcurrency: concurrency.email });
  fn.allowSending(email.queue, email.deadLetters, alerts.queue);
  fn.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query'], [table.tableArn]);
  if (emailSending !== undefined) {
    fn.allow(['ses:SendRawEmail'], emailSending.sendingArns, emailSending.sendingConditions);
    // A quota belongs to the account: IAM knows no resource for it.
    fn.allow(['ses:GetSendQuota'], ['*']);
  }
  fn.allow(['secretsmanager:GetSecretValue'], [props.unsubscribeKey.secretArn]);
  // The passwords of mail servers, for destinations that do not use SES.
  fn.allowReadingSecrets(`${namePrefix}/destination`);
  return fn;
}

/** The function that takes the events of SES about mails; undefined where there is no SES. */
export function recordEmailFeedbackFunction(
  scope: Construct,
  { props, base, everyFunction }: FunctionsOf,
): GatewayFunction | undefined {
  const { table, concurrency } = props;
  const { alerts, emailFeedback } = props.queues;
  if (emailFeedback === undefined) return undefined;
  const fn = new GatewayFunction(scope, 'RecordEmailFeedback', {
    ...base('record-email-feedback'),
    description: 'Records what SES tells about a mail, and suppresses recipients that bounce or complain',
    timeout: TIMEOUTS.recordEmailFeedback,
    environment: {
      ...everyFunction,
      [ENVIRONMENT.emailFeedbackQueueUrl]: emailFeedback.queue.queueUrl,
      [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
    },
  });
  fn.consume('Feedback', emailFeedback.queue, { maxConcurrency: concurrency.emailFeedback ?? 0 });
  fn.allowSending(alerts.queue);
  fn.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query'], [table.tableArn]);
  return fn;
}

/** The function that posts to webhooks. */
export function deliverWebhookFunction(scope: Construct, of: FunctionsOf): GatewayFunction {
  const { base, props } = of;
  const { concurrency, queues } = props;
  return webhookFunction(scope, 'DeliverWebhook', of, {
    ...base('deliver-webhook'),
    description: 'Signs and posts one delivery to its endpoint and records what came of it',
    lanes: queues,
    otherLane: queues.privateLane?.webhook,
    maxConcurrency: { fast: concurrency.webhook, slow: concurrency.webhookRetry },
  });
}

/** The same code inside of the operator's VPC; undefined where there are no private destinations. */
export function deliverPrivateWebhookFunction(
  scope: Construct,
  of: FunctionsOf,
): GatewayFunction | undefined {
  const { base, props } = of;
  const { namePrefix, privateNetwork, concurrency, queues } = props;
  if (privateNetwork === undefined || queues.privateLane === undefined) return undefined;
  const { egressAllow, subnetIds, securityGroupIds } = privateNetwork;
  return webhookFunction(scope, 'DeliverPrivateWebhook', of, {
    ...base('deliver-webhook'),
    functionName: `${namePrefix}-deliver-private-webhook`,
    description: 'Signs and posts one delivery to its endpoint inside a VPC and records what came of it',
    lanes: queues.privateLane,
    otherLane: queues.webhook,
    maxConcurrency: { fast: concurrency.privateWebhook ?? 0, slow: concurrency.privateWebhookRetry ?? 0 },
    network: { subnetIds, securityGroupIds, hasIpv6: egressAllow.some((range) => range.includes(':')) },
    // Here and not in the table: a person who may change destinations must not be able to widen the network.
    environment: { [ENVIRONMENT.privateRanges]: egressAllow.join(',') },
  });
}

type WebhookFunction = Pick<GatewayFunctionProps, 'functionName' | 'code' | 'description' | 'network'> & {
  lanes: { webhook: QueueWithDeadLetters; webhookRetry: QueueWithDeadLetters };
  /** Where it hands over deliveries of the other network. */
  otherLane: QueueWithDeadLetters | undefined;
  maxConcurrency: { fast: number; slow: number };
  environment?: Record<string, string>;
};

function webhookFunction(
  scope: Construct,
  id: string,
  { props, everyFunction }: FunctionsOf,
  { lanes, otherLane, maxConcurrency, environment, ...own }: WebhookFunction,
): GatewayFunction {
  const { table, namePrefix } = props;
  const { alerts } = props.queues;
  const { webhook, webhookRetry } = lanes;
  const fn = new GatewayFunction(scope, id, {
    ...own,
    timeout: TIMEOUTS.deliverWebhook,
    // A retry is a new message to the slow lane, which this function works off as well.
    sendsToItself: true,
    environment: {
      ...everyFunction,
      [ENVIRONMENT.webhookQueueUrl]: webhook.queue.queueUrl,
      [ENVIRONMENT.webhookRetryQueueUrl]: webhookRetry.queue.queueUrl,
      [ENVIRONMENT.webhookDeadLetterUrl]: webhook.deadLetters.queueUrl,
      [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
      [ENVIRONMENT.commandTarget]: `--stack ${namePrefix}`,
      ...(otherLane !== undefined && { [ENVIRONMENT.otherNetworkQueueUrl]: otherLane.queue.queueUrl }),
      ...environment,
    },
  });
  fn.consume('FastLane', webhook.queue, { maxConcurrency: maxConcurrency.fast });
  fn.consume('SlowLane', webhookRetry.queue, { maxConcurrency: maxConcurrency.slow });
  fn.allowSending(webhookRetry.queue, webhook.deadLetters, alerts.queue);
  if (otherLane !== undefined) fn.allowSending(otherLane.queue);
  fn.allow(
    [
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:BatchWriteItem',
      // First claims of a batch, in one call.
      'dynamodb:PartiQLInsert',
      // Silences, and the pages of digests, which chats get.
      'dynamodb:Query',
    ],
    [table.tableArn],
  );
  fn.allowReadingSecrets(`${namePrefix}/destination`);
  return fn;
}
