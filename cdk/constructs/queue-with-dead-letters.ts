import { MathExpression, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ManifestQueue } from '../../functions/core/model/config/manifest.ts';
import { visibilityTimeout } from '../timings.ts';

type QueueWithDeadLettersProps = {
  /** For example `Tocsin-alerts`; the dead-letter queue is `Tocsin-alerts-dead-letters`. */
  queueName: string;
  /** Timeout of the function that works the queue off. */
  consumerTimeout: Duration;
  /**
   * How long a message may be hidden before its first receive.
   *
   * @default - messages are sent without a delay
   */
  longestDelay?: Duration;
};

// SQS's own limit since August 2025. Queues made before that have 256 KiB, so the limit is written out.
const MAX_MESSAGE_BYTES = 1_048_576;
const MAX_RECEIVES = 5;

/** A queue, and behind it the queue for messages that five receives could not work off. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /**
   * The age of a message that one failure does not explain any more. One failure explains the delay of the message, an attempt
   * that ended in a fault of ours, the wait until the message shows again, and a second attempt. The age is the next
   * multiple of five minutes above their sum.
   */
  readonly tooOld: Duration;

  constructor(scope: Construct, id: string, props: QueueWithDeadLettersProps) {
    super(scope, id);
    const { queueName, consumerTimeout, longestDelay = Duration.seconds(0) } = props;
    const visibility = visibilityTimeout(consumerTimeout);
    const explained = longestDelay.toSeconds() + visibility.toSeconds() + consumerTimeout.toSeconds();
    this.tooOld = Duration.minutes(5 * Math.floor(explained / 300 + 1));
    this.deadLetters = new Queue(this, 'DeadLetters', {
      queueName: `${queueName}-dead-letters`,
      // A message keeps its first clock when it moves here, so this must be longer than the source's retention.
      retentionPeriod: Duration.days(14),
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      redriveAllowPolicy: { sourceQueues: [this.#sourceOf(queueName)] },
    });
    this.queue = new Queue(this, 'Queue', {
      queueName,
      visibilityTimeout: visibility,
      retentionPeriod: Duration.days(4),
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
  }

  /**
   * The number of dead letters, hidden ones among them: a letter that was received is hidden for a while, and a count of
   * the visible ones would call the queue empty meanwhile.
   */
  deadLetterCount({ period, label }: { period: Duration; label?: string }): IMetric {
    const props = { period, statistic: 'Maximum' };
    // Unique among the expressions of one graph.
    const [visible, hidden] = [`visible${this.node.id}`, `hidden${this.node.id}`];
    return new MathExpression({
      expression: `${visible} + ${hidden}`,
      usingMetrics: {
        [visible]: this.deadLetters.metricApproximateNumberOfMessagesVisible(props),
        [hidden]: this.deadLetters.metricApproximateNumberOfMessagesNotVisible(props),
      },
      period,
      label: label ?? 'dead letters',
    });
  }

  /** By its name: a reference would be a circle, since the queue names its dead-letter queue. */
  #sourceOf(queueName: string): IQueue {
    const arn = Stack.of(this).formatArn({ service: 'sqs', resource: queueName });
    return Queue.fromQueueArn(this, 'Source', arn);
  }

  /** How the pair appears in the manifest. */
  get manifestEntry(): ManifestQueue {
    return {
      url: this.queue.queueUrl,
      arn: this.queue.queueArn,
      deadLetterUrl: this.deadLetters.queueUrl,
      deadLetterArn: this.deadLetters.queueArn,
    };
  }
}
