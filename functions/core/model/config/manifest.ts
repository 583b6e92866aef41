import type { AwsEvents } from './aws-events.ts';
import type { DeadLetterQueueId } from '../wire/dead-letter.ts';

/** A queue and the dead-letter queue behind it. */
export type ManifestQueue = { url: string; arn: string; deadLetterUrl: string; deadLetterArn: string };

/**
 * Where a deployed gateway is: everything a tool needs to work on it, and nothing secret but a local run's own key.
 *
 * The stack writes it to the SSM parameter `/{stack}/manifest`, the local run to `{data}/manifest.json` (mode 0600).
 */
export type Manifest = {
  version: 1;
  stack: string;
  region: string;
  /** Base of the ingestion URLs, without a trailing slash: `{ingestUrl}/{sourceId}`. */
  ingestUrl: string;
  table: string;
  queues: {
    alerts: ManifestQueue;
    email: ManifestQueue;
    webhook: ManifestQueue;
    webhookRetry: ManifestQueue;
  };
  /**
   * There are private destinations, and this is where they may be. Absent where the deployment has none. Their queues follow
   * from those of the public ones (`privateQueuesOf`): the parameter that holds all this has 4,096 characters.
   */
  privateLane?: { egressAllow: string[] };
  /** What SES tells about mails. Absent in what was deployed before it was known here. */
  emailFeedback?: ManifestQueue;
  /** Events of AWS on their way to be read. Absent where no deployment asks for them, and as above. */
  awsEventsQueue?: ManifestQueue;
  /** Whose events the rules of the deployment let in. */
  awsEvents?: AwsEvents[];
  /** ARN of the bus for such events of other accounts and regions. */
  awsEventBus?: string;
  /** Canaries, or why there are none. Absent as above. */
  canary?:
    | { minutes: number; /** Where they are received. */ url: string; hasHeartbeat: boolean }
    | { off: 'client-certificates' | 'by-option' };
  /** False where nobody could open the link: the API asks for client certificates. Absent as above. */
  hasUnsubscribeLinks?: boolean;
  /** ARN of the topic that alarms go to. Absent in a local run, which has no alarms, and as above. */
  operatorTopic?: string;
  /** Secrets are named `{secretPrefix}/source/{id}` and `{secretPrefix}/destination/{id}`. */
  secretPrefix: string;
  /** Who the mails come from that go out through SES. Absent where there is none: every destination names its mail server. */
  emailFrom?: string;
  configurationSet?: string;
  /** Days an alert and its deliveries stay in the table. */
  retentionDays: number;
  /** Only in a local run: the endpoint of the emulators, and the key that it asks for. */
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
};

/** The two lanes of the private destinations: `Tocsin-private-webhook` beside `Tocsin-webhook`. */
export function privateQueuesOf({
  queues: { webhook, webhookRetry },
  privateLane,
}: Pick<Manifest, 'queues' | 'privateLane'>):
  | { privateWebhook: ManifestQueue; privateWebhookRetry: ManifestQueue }
  | undefined {
  return privateLane === undefined
    ? undefined
    : { privateWebhook: asPrivate(webhook), privateWebhookRetry: asPrivate(webhookRetry) };
}

function asPrivate({ url, arn, deadLetterUrl, deadLetterArn }: ManifestQueue): ManifestQueue {
  const named = (text: string): string =>
    text.replace(/webhook(?:-retry)?(?:-dead-letters)?$/u, 'private-$&');
  return {
    url: named(url),
    arn: named(arn),
    deadLetterUrl: named(deadLetterUrl),
    deadLetterArn: named(deadLetterArn),
  };
}

/** Every queue that has a dead-letter queue, by the name that letters carry. */
export function queuesOf({
  queues,
  privateLane,
  emailFeedback,
  awsEventsQueue: awsEvents,
}: Pick<Manifest, 'queues' | 'privateLane' | 'emailFeedback' | 'awsEventsQueue'>): Partial<
  Record<DeadLetterQueueId, ManifestQueue>
> {
  return {
    ...queues,
    ...privateQueuesOf({ queues, ...(privateLane !== undefined && { privateLane }) }),
    ...(emailFeedback !== undefined && { emailFeedback }),
    ...(awsEvents !== undefined && { awsEvents }),
  };
}
