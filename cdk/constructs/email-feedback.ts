import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { EmailSending } from './email-sending.ts';
import type { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

type EmailFeedbackProps = {
  ruleName: string;
  emailSending: EmailSending;
  queue: QueueWithDeadLetters;
};

/** Every event of a mail but opens and clicks, which would need a tracking image. */
const EVENTS = [
  EmailSendingEvent.SEND,
  EmailSendingEvent.DELIVERY,
  EmailSendingEvent.DELIVERY_DELAY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.RENDERING_FAILURE,
];

/**
 * The way of the events of SES about our mails: configuration set -> default event bus -> rule -> queue.
 *
 * Through EventBridge and not SNS: no topic on which recipients' addresses would lie unencrypted, and no topic policy
 * and subscription to keep right.
 */
export class EmailFeedback extends Construct {
  readonly rule: Rule;

  constructor(scope: Construct, id: string, { ruleName, emailSending, queue }: EmailFeedbackProps) {
    super(scope, id);
    const { configurationSet } = emailSending;
    configurationSet.addEventDestination('Feedback', {
      // SES publishes to the default bus and to no other.
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: EVENTS,
    });
    this.rule = new Rule(this, 'Rule', {
      ruleName,
      description: 'What SES tells about the mails of Tocsin',
      eventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': [configurationSet.configurationSetName] } } },
      },
      targets: [new SqsQueue(queue.queue)],
    });
  }
}
