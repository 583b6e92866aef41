import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { TIMEOUTS } from '../timings.ts';
import { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** The longest that SQS hides a message before its first receive. A longer wait of a retry takes several messages. */
const LONGEST_DELAY = Duration.seconds(900);

type AlertQueuesProps = {
  namePrefix: string;
  /** Whether a function posts to private destinations. */
  hasPrivateLane: boolean;
  /** Whether mails go out through SES, which then sends events about them. */
  hasSes: boolean;
};

/** The queues that an alert may pass (before routing, by mail, the two lanes of the webhooks), and those of events. */
export class AlertQueues extends Construct {
  /** Accepted alerts on their way to the router. */
  readonly alerts: QueueWithDeadLetters;
  readonly email: QueueWithDeadLetters;
  /** The fast lane: first attempts to healthy endpoints. */
  readonly webhook: QueueWithDeadLetters;
  /** The slow lane: every retry, and endpoints with a failure behind them. */
  readonly webhookRetry: QueueWithDeadLetters;
  /** Events of SES about mails that it took; only where there is SES. */
  readonly emailFeedback: QueueWithDeadLetters | undefined;
  /** Both lanes of the private destinations; only where a deployment names their network. */
  readonly privateLane: { webhook: QueueWithDeadLetters; webhookRetry: QueueWithDeadLetters } | undefined;
  readonly #namePrefix: string;
  #awsEvents: QueueWithDeadLetters | undefined;

  constructor(scope: Construct, id: string, { namePrefix, hasPrivateLane, hasSes }: AlertQueuesProps) {
    super(scope, id);
    this.#namePrefix = namePrefix;
    this.alerts = new QueueWithDeadLetters(this, 'Alerts', {
      queueName: `${namePrefix}-alerts`,
      consumerTimeout: TIMEOUTS.route,
    });
    this.email = new QueueWithDeadLetters(this, 'Email', {
      queueName: `${namePrefix}-email`,
      consumerTimeout: TIMEOUTS.deliverEmail,
      longestDelay: LONGEST_DELAY,
    });
    this.webhook = new QueueWithDeadLetters(this, 'Webhook', {
      queueName: `${namePrefix}-webhook`,
      consumerTimeout: TIMEOUTS.deliverWebhook,
    });
    this.webhookRetry = new QueueWithDeadLetters(this, 'WebhookRetry', {
      queueName: `${namePrefix}-webhook-retry`,
      consumerTimeout: TIMEOUTS.deliverWebhook,
      longestDelay: LONGEST_DELAY,
    });
    this.emailFeedback = hasSes
      ? new QueueWithDeadLetters(this, 'EmailFeedback', {
          queueName: `${namePrefix}-email-feedback`,
          consumerTimeout: TIMEOUTS.recordEmailFeedback,
        })
      : undefined;
    this.privateLane = hasPrivateLane
      ? {
          webhook: new QueueWithDeadLetters(this, 'PrivateWebhook', {
            queueName: `${namePrefix}-private-webhook`,
            consumerTimeout: TIMEOUTS.deliverWebhook,
          }),
          webhookRetry: new QueueWithDeadLetters(this, 'PrivateWebhookRetry', {
            queueName: `${namePrefix}-private-webhook-retry`,
            consumerTimeout: TIMEOUTS.deliverWebhook,
            longestDelay: LONGEST_DELAY,
          }),
        }
      : undefined;
  }

  /** Events of AWS; only where a deployment asks for them. */
  get awsEvents(): QueueWithDeadLetters | undefined {
    return this.#awsEvents;
  }

  addAwsEvents(): QueueWithDeadLetters {
    this.#awsEvents = new QueueWithDeadLetters(this, 'AwsEvents', {
      queueName: `${this.#namePrefix}-aws-events`,
      consumerTimeout: TIMEOUTS.ingestAwsEvents,
    });
    return this.#awsEvents;
  }

  /**
   * The pairs by the name that operators see: `alerts`, `email`, `webhook`, `webhook-retry`, `private-webhook`,
   * `private-webhook-retry`, `email-feedback`, `aws-events`.
   */
  get byName(): [name: string, pair: QueueWithDeadLetters][] {
    const pairs: [string, QueueWithDeadLetters | undefined][] = [
      ['alerts', this.alerts],
      ['email', this.email],
      ['webhook', this.webhook],
      ['webhook-retry', this.webhookRetry],
      ['private-webhook', this.privateLane?.webhook],
      ['private-webhook-retry', this.privateLane?.webhookRetry],
      ['email-feedback', this.emailFeedback],
      ['aws-events', this.awsEvents],
    ];
    return pairs.flatMap(([name, pair]) => (pair === undefined ? [] : [[name, pair]]));
  }

  get all(): QueueWithDeadLetters[] {
    return this.byName.map(([, pair]) => pair);
  }
}
