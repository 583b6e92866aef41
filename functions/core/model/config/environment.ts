/** Names of the environment variables that the stack sets and the functions read. */
export const ENVIRONMENT = {
  table: 'TOCSIN_TABLE',
  alertsQueueUrl: 'TOCSIN_ALERTS_QUEUE_URL',
  alertsDeadLetterUrl: 'TOCSIN_ALERTS_DEAD_LETTER_URL',
  emailQueueUrl: 'TOCSIN_EMAIL_QUEUE_URL',
  emailDeadLetterUrl: 'TOCSIN_EMAIL_DEAD_LETTER_URL',
  webhookQueueUrl: 'TOCSIN_WEBHOOK_QUEUE_URL',
  webhookRetryQueueUrl: 'TOCSIN_WEBHOOK_RETRY_QUEUE_URL',
  webhookDeadLetterUrl: 'TOCSIN_WEBHOOK_DEAD_LETTER_URL',
  webhookRetryDeadLetterUrl: 'TOCSIN_WEBHOOK_RETRY_DEAD_LETTER_URL',
  /** Of the function in the private network the four of above are those of its own lanes. */
  otherNetworkQueueUrl: 'TOCSIN_OTHER_NETWORK_QUEUE_URL',
  privateWebhookQueueUrl: 'TOCSIN_PRIVATE_WEBHOOK_QUEUE_URL',
  privateWebhookRetryQueueUrl: 'TOCSIN_PRIVATE_WEBHOOK_RETRY_QUEUE_URL',
  privateWebhookDeadLetterUrl: 'TOCSIN_PRIVATE_WEBHOOK_DEAD_LETTER_URL',
  privateWebhookRetryDeadLetterUrl: 'TOCSIN_PRIVATE_WEBHOOK_RETRY_DEAD_LETTER_URL',
  emailFeedbackQueueUrl: 'TOCSIN_EMAIL_FEEDBACK_QUEUE_URL',
  emailFeedbackDeadLetterUrl: 'TOCSIN_EMAIL_FEEDBACK_DEAD_LETTER_URL',
  awsEventsQueueUrl: 'TOCSIN_AWS_EVENTS_QUEUE_URL',
  awsEventsDeadLetterUrl: 'TOCSIN_AWS_EVENTS_DEAD_LETTER_URL',
  /** Whose events the rules let in, with commas; only where there are rules. */
  awsEvents: 'TOCSIN_AWS_EVENTS',
  /** Base of the ingestion URLs, as senders use it, without a trailing slash. */
  ingestUrl: 'TOCSIN_INGEST_URL',
  /** Where the gateway itself receives canaries. */
  canaryUrl: 'TOCSIN_CANARY_URL',
  /** Set where there is no SES: no canary goes by mail. */
  withoutSes: 'TOCSIN_WITHOUT_SES',
  /** Name of the secret that holds the URL of the heartbeat; only where there is one. */
  heartbeatSecret: 'TOCSIN_HEARTBEAT_SECRET',
  secretPrefix: 'TOCSIN_SECRET_PREFIX',
  emailFrom: 'TOCSIN_EMAIL_FROM',
  /** Flags by which the CLI finds this gateway, for the commands in mails: `--stack Tocsin`. The local run sets its own. */
  commandTarget: 'TOCSIN_COMMAND_TARGET',
  configurationSet: 'TOCSIN_CONFIGURATION_SET',
  retentionDays: 'TOCSIN_RETENTION_DAYS',
  /** Base of the unsubscribe links, without a trailing slash; without it mails have none. */
  unsubscribeUrl: 'TOCSIN_UNSUBSCRIBE_URL',
  /** Whom a locked recipient is told to ask; optional. */
  operatorEmail: 'TOCSIN_OPERATOR_EMAIL',
  /** CIDR list past the guard against private addresses. Set by the local run; the deployed stack never sets it. */
  egressAllow: 'TOCSIN_EGRESS_ALLOW',
  /** What the deployment opened with `egressAllow`. The function that has it delivers to private destinations. */
  privateRanges: 'TOCSIN_PRIVATE_RANGES',
} as const;

/** The ranges of `TOCSIN_EGRESS_ALLOW` and `TOCSIN_PRIVATE_RANGES`, for the functions and the command line alike. */
export function egressRanges(text = ''): string[] {
  return text
    .split(',')
    .map((range) => range.trim())
    .filter((range) => range !== '');
}
