import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../functions/core/model/config/environment.ts';
import { TABLE } from '../../functions/core/model/wire/table.ts';
import type { AwsEvents } from '../../functions/core/model/config/aws-events.ts';
import type { ConcurrencyPlan } from '../concurrency.ts';
import { ROUTE_MEMORY, TIMEOUTS } from '../timings.ts';
import type { AlertQueues } from './alert-queues.ts';
import { functionCode } from './bundle-functions.ts';
import type { EmailSending } from './email-sending.ts';
import { GatewayFunction } from './gateway-function.ts';
import type { UnsubscribeKey } from './unsubscribe-key.ts';

type GatewayFunctionsProps = {
  namePrefix: string;
  retentionDays: number;
  table: TableV2;
  queues: AlertQueues;
  emailSending: EmailSending;
  /** Secrets are `{secretPrefix}/source/{id}` and `{secretPrefix}/destination/{id}`. */
  secretPrefix: string;
  unsubscribeKey: UnsubscribeKey;
  /** Whose events of AWS come in, where the queues have one for them. */
  awsEvents: readonly AwsEvents[];
  /** @default - pages name nobody to ask */
  operatorEmail?: string | undefined;
  concurrency: ConcurrencyPlan;
};

/** The entries: `functions/{name}.ts` becomes the function `{stack}-{name}`. */
export const FUNCTION_NAMES = [
  'ingest',
  'ingest-aws-events',
  'watch-sources',
  'watch-deliveries',
  'route',
  'deliver-email',
  'deliver-webhook',
  'unsubscribe',
  'record-email-feedback',
] as const;
type FunctionName = (typeof FUNCTION_NAMES)[number];

/** Events can wait, and few do ten at a time: the least that AWS allows to a queue. */
const AWS_EVENTS_CONCURRENCY = 2;

/**
 * The functions, and of each: what it is told, what it may do, what it works off.
 *
 * A grant stands here only because the code makes that call; queues and tables are never granted as a whole.
 */
export class GatewayFunctions extends Construct {
  readonly ingest: GatewayFunction;
  /** Only where the queues have one for events of AWS. */
  readonly ingestAwsEvents: GatewayFunction | undefined;
  readonly watchSources: GatewayFunction;
  readonly watchDeliveries: GatewayFunction;
  readonly route: GatewayFunction;
  readonly deliverEmail: GatewayFunction;
  readonly deliverWebhook: GatewayFunction;
  readonly unsubscribe: GatewayFunction;
  readonly recordEmailFeedback: GatewayFunction;

  constructor(scope: Construct, id: string, props: GatewayFunctionsProps) {
    super(scope, id);
    const { table, emailSending, secretPrefix, concurrency } = props;
    const { alerts, email, webhook, webhookRetry, emailFeedback, awsEvents } = props.queues;
    const code = functionCode(FUNCTION_NAMES);
    const base = (name: FunctionName) => ({ functionName: `${props.namePrefix}-${name}`, code: code(name) });
    const everyFunction = {
      [ENVIRONMENT.table]: table.tableName,
      [ENVIRONMENT.retentionDays]: String(props.retentionDays),
    };

    this.ingest = new GatewayFunction(this, 'Ingest', {
      ...base('ingest'),
      description: 'Authenticates a sender, turns the body into alerts and makes them durable before the 202',
      timeout: TIMEOUTS.ingest,
      reservedConcurrency: concurrency.reservedForIngest,
      environment: {
        ...everyFunction,
        [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
        [ENVIRONMENT.secretPrefix]: secretPrefix,
      },
    });
    this.ingest.allowSending(alerts.queue);
    this.ingest.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [table.tableArn]);
    this.ingest.allowReadingSecrets(`${secretPrefix}/source`);

    this.ingestAwsEvents =
      awsEvents === undefined
        ? undefined
        : new GatewayFunction(this, 'IngestAwsEvents', {
            ...base('ingest-aws-events'),
            description:
              'Turns events of AWS into alerts and makes them durable before they leave their queue',
            timeout: TIMEOUTS.ingestAwsEvents,
            environment: {
              ...everyFunction,
              [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
              [ENVIRONMENT.awsEventsQueueUrl]: awsEvents.queue.queueUrl,
              [ENVIRONMENT.awsEventsDeadLetterUrl]: awsEvents.deadLetters.queueUrl,
              [ENVIRONMENT.secretPrefix]: secretPrefix,
            },
          });
    if (this.ingestAwsEvents !== undefined && awsEvents !== undefined) {
      this.ingestAwsEvents.consume('AwsEvents', awsEvents.queue, { maxConcurrency: AWS_EVENTS_CONCURRENCY });
      this.ingestAwsEvents.allowSending(alerts.queue, awsEvents.deadLetters);
      this.ingestAwsEvents.allow(
        ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        [table.tableArn],
      );
    }

    this.watchSources = new GatewayFunction(this, 'WatchSources', {
      ...base('watch-sources'),
      description: 'Raises an alert for each source that has been silent for too long, and resolves it',
      timeout: TIMEOUTS.watchSources,
      environment: {
        ...everyFunction,
        [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
        // The alerts carry the name of the stack.
        [ENVIRONMENT.secretPrefix]: secretPrefix,
        ...(props.awsEvents.length > 0 && { [ENVIRONMENT.awsEvents]: props.awsEvents.join(',') }),
      },
    });
    // The sources of the AWS door are made by whoever needs one first.
    if (props.awsEvents.length > 0) {
      this.watchSources.allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [table.tableArn]);
    }
    this.watchSources.runEvery('EveryFiveMinutes', Duration.minutes(5));
    this.watchSources.allowSending(alerts.queue);
    this.watchSources.allow(
      ['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
      [table.tableArn],
    );

    const letters = props.queues.byName.map(([, pair]) => pair);
    this.watchDeliveries = new GatewayFunction(this, 'WatchDeliveries', {
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
        [ENVIRONMENT.emailFeedbackDeadLetterUrl]: emailFeedback.deadLetters.queueUrl,
        ...(awsEvents !== undefined && {
          [ENVIRONMENT.awsEventsDeadLetterUrl]: awsEvents.deadLetters.queueUrl,
        }),
        // The alerts carry the name of the stack.
        [ENVIRONMENT.secretPrefix]: secretPrefix,
      },
    });
    this.watchDeliveries.runEvery('EveryMinute', Duration.minutes(1));
    this.watchDeliveries.allowSending(
      // What lost its message is sent again; what is dead lies down again with its reason.
      alerts.queue,
      email.queue,
      webhook.queue,
      ...letters.map(({ deadLetters }) => deadLetters),
    );
    this.watchDeliveries.allow(
      ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      letters.map(({ deadLetters }) => deadLetters.queueArn),
    );
    this.watchDeliveries.allow(
      ['sqs:GetQueueAttributes'],
      [alerts, email, webhook, webhookRetry].map(({ queue }) => queue.queueArn),
    );
    this.watchDeliveries.allow(
      [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
      ],
      [table.tableArn],
    );
    // Of the table itself: silences that have ended.
    this.watchDeliveries.allow(
      ['dynamodb:Query'],
      [table.tableArn, `${table.tableArn}/index/${TABLE.byTime.index}`],
    );

    this.route = new GatewayFunction(this, 'Route', {
      ...base('route'),
      description: 'Stores an alert and decides which destinations it is owed to',
      timeout: TIMEOUTS.route,
      memory: ROUTE_MEMORY,
      environment: {
        ...everyFunction,
        [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
        [ENVIRONMENT.emailQueueUrl]: email.queue.queueUrl,
        [ENVIRONMENT.webhookQueueUrl]: webhook.queue.queueUrl,
        // Metrics carry the name of the stack.
        [ENVIRONMENT.secretPrefix]: secretPrefix,
      },
    });
    this.route.consume('Alerts', alerts.queue, { maxConcurrency: concurrency.alerts });
    // To the alerts queue go the alerts that the gateway raises about itself.
    this.route.allowSending(email.queue, webhook.queue, alerts.queue);
    // The update keeps a system alert as it was raised first.
    this.route.allow(
      [
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:UpdateItem',
      ],
      [table.tableArn],
    );

    this.deliverEmail = new GatewayFunction(this, 'DeliverEmail', {
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
    this.deliverEmail.consume('Email', email.queue, { maxConcurrency: concurrency.email });
    this.deliverEmail.allowSending(email.queue, email.deadLetters, alerts.queue);
    this.deliverEmail.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query'], [table.tableArn]);
    this.deliverEmail.allow(['ses:SendRawEmail'], emailSending.sendingArns, emailSending.sendingConditions);
    // A quota belongs to the account: IAM knows no resource for it.
    this.deliverEmail.allow(['ses:GetSendQuota'], ['*']);
    this.deliverEmail.allow(['secretsmanager:GetSecretValue'], [props.unsubscribeKey.secretArn]);
    // The passwords of mail servers, of destinations that do not use SES.
    this.deliverEmail.allowReadingSecrets(`${secretPrefix}/destination`);

    this.deliverWebhook = new GatewayFunction(this, 'DeliverWebhook', {
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
    this.deliverWebhook.consume('FastLane', webhook.queue, { maxConcurrency: concurrency.webhook });
    this.deliverWebhook.consume('SlowLane', webhookRetry.queue, { maxConcurrency: concurrency.webhookRetry });
    this.deliverWebhook.allowSending(webhookRetry.queue, webhook.deadLetters, alerts.queue);
    this.deliverWebhook.allow(
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
    this.deliverWebhook.allowReadingSecrets(`${secretPrefix}/destination`);

    this.unsubscribe = new GatewayFunction(this, 'Unsubscribe', {
      ...base('unsubscribe'),
      description: 'Shows the page behind the unsubscribe link, and takes a recipient off a destination',
      timeout: TIMEOUTS.unsubscribe,
      environment: {
        ...everyFunction,
        [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
        [ENVIRONMENT.secretPrefix]: secretPrefix,
        ...(props.operatorEmail !== undefined && { [ENVIRONMENT.operatorEmail]: props.operatorEmail }),
      },
    });
    this.unsubscribe.allowSending(alerts.queue);
    this.unsubscribe.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query'], [table.tableArn]);
    this.unsubscribe.allow(['secretsmanager:GetSecretValue'], [props.unsubscribeKey.secretArn]);

    this.recordEmailFeedback = new GatewayFunction(this, 'RecordEmailFeedback', {
      ...base('record-email-feedback'),
      description: 'Records what SES tells about a mail, and suppresses recipients that bounce or complain',
      timeout: TIMEOUTS.recordEmailFeedback,
      environment: {
        ...everyFunction,
        [ENVIRONMENT.emailFeedbackQueueUrl]: emailFeedback.queue.queueUrl,
        [ENVIRONMENT.alertsQueueUrl]: alerts.queue.queueUrl,
        [ENVIRONMENT.secretPrefix]: secretPrefix,
      },
    });
    this.recordEmailFeedback.consume('Feedback', emailFeedback.queue, {
      maxConcurrency: concurrency.emailFeedback,
    });
    this.recordEmailFeedback.allowSending(alerts.queue);
    this.recordEmailFeedback.allow(
      ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      [table.tableArn],
    );
  }

  /** Tells the mails where their unsubscribe links lead. Later than the rest: the API needs its functions first. */
  linkMailsTo(unsubscribeUrl: string): void {
    this.deliverEmail.function.addEnvironment(ENVIRONMENT.unsubscribeUrl, unsubscribeUrl);
  }

  /** The functions by the name of their entry. */
  get byName(): [name: FunctionName, fn: GatewayFunction][] {
    return [
      ['ingest', this.ingest],
      ...(this.ingestAwsEvents === undefined
        ? []
        : [['ingest-aws-events', this.ingestAwsEvents] as [FunctionName, GatewayFunction]]),
      ['watch-sources', this.watchSources],
      ['watch-deliveries', this.watchDeliveries],
      ['route', this.route],
      ['deliver-email', this.deliverEmail],
      ['deliver-webhook', this.deliverWebhook],
      ['unsubscribe', this.unsubscribe],
      ['record-email-feedback', this.recordEmailFeedback],
    ];
  }
}
