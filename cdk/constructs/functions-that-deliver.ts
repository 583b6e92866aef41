import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import { TIMEOUTS } from '../timings.ts';
import { GatewayFunction } from './gateway-function.ts';
import type { FunctionsOf } from './functions-of.ts';

/** What sends mails. */
export function deliverEmailFunction(
  scope: Construct,
  { props, base, everyFunction }: FunctionsOf,
): GatewayFunction {
  const { table, emailSending, secretPrefix, concurrency } = props;
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
      [ENVIRONMENT.emailFrom]: emailSending.from,
      [ENVIRONMENT.commandTarget]: `--stack ${secretPrefix}`,
      [ENVIRONMENT.configurationSet]: emailSending.configurationSet.configurationSetName,
      [ENVIRONMENT.secretPrefix]: secretPrefix,
    },
  });
  fn.consume('Email', email.queue, { maxConcurrency: concurrency.email });
  fn.allowSending(email.queue, email.deadLetters, alerts.queue);
  fn.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query'], [table.tableArn]);
  fn.allow(['ses:SendRawEmail'], emailSending.sendingArns, emailSending.sendingConditions);
  // A quota belongs to the account: IAM knows no resource for it.
  fn.allow(['ses:GetSendQuota'], ['*']);
  fn.allow(['secretsmanager:GetSecretValue'], [props.unsubscribeKey.secretArn]);
  // The passwords of mail servers, of destinations that do not use SES.
  fn.allowReadingSecrets(`${secretPrefix}/destination`);
  return fn;
}

/** What posts to webhooks. */
export function deliverWebhookFunction(
  scope: Construct,
  { props, base, everyFunction }: FunctionsOf,
): GatewayFunction {
  const { table, secretPrefix, concurrency } = props;
  const { alerts, webhook, webhookRetry } = props.queues;
  const fn = new GatewayFunction(scope, 'DeliverWebhook', {
    ...base('deliver-webhook'),
    description: 'Signs and posts one delivery to its endpoint and records what came of it',
    timeout: TIMEOUTS.deliverWebhook,
    // A retry is a new message to the slow lane, which this function works off as well.
    sendsToItself: true,
    environment: {
      ...everyFunction,
      [ENVIRONMENT.webhookQueueUrl]: webhook.queue.queueUrl,
      [ENVIRONMENT.webhookRetryQueueUrl]: webhookRetry.queue.queueUrl,
      [ENVIRONMENT.webhookDeadLetterUrl]: webhook.deadLetters.queueUrl,
      [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
      [ENVIRONMENT.commandTarget]: `--stack ${secretPrefix}`,
      [ENVIRONMENT.secretPrefix]: secretPrefix,
    },
  });
  fn.consume('FastLane', webhook.queue, { maxConcurrency: concurrency.webhook });
  fn.consume('SlowLane', webhookRetry.queue, { maxConcurrency: concurrency.webhookRetry });
  fn.allowSending(webhookRetry.queue, webhook.deadLetters, alerts.queue);
  fn.allow(
    [
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:BatchWriteItem',
      // The pages of digests, which chats get; silences.
      'dynamodb:Query',
    ],
    [table.tableArn],
  );
  fn.allowReadingSecrets(`${secretPrefix}/destination`);
  return fn;
}
