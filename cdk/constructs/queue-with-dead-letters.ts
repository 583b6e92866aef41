import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ManifestQueue } from '../../functions/core/model/manifest.ts';
import { visibilityTimeout } from '../timings.ts';

export type QueueWithDeadLettersProps = {
  /** For example `Tocsin-alerts`; the dead-letter queue is `Tocsin-alerts-dead-letters`. */
  queueName: string;
  /** Timeout of the function that works the queue off. */
  consumerTimeout: Duration;
};

// SQS's own limit since August 2025; older queues were created with 256 KiB, so we say it.
const MAX_MESSAGE_BYTES = 1_048_576;
const MAX_RECEIVES = 5;

/** A queue, and behind it the queue for what five receives could not work off. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: QueueWithDeadLettersProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      queueName: `${props.queueName}-dead-letters`,
      // A message keeps its first clock when it moves here, so this must be longer than the source's retention.
      retentionPeriod: Duration.days(14),
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    this.queue = new Queue(this, 'Queue', {
      queueName: props.queueName,
      visibilityTimeout: visibilityTimeout(props.consumerTimeout),
      retentionPeriod: Duration.days(4),
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
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
