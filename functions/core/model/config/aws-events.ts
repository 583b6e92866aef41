/** What AWS tells by itself over EventBridge, by the word of the option `awsEvents`. */
export const AWS_EVENTS = [
  'guardduty',
  'security-hub',
  'inspector',
  'macie',
  'health',
  'config',
  'access-analyzer',
  'cloudwatch-alarm',
  'backup',
  'root-login',
] as const;
export type AwsEvents = (typeof AWS_EVENTS)[number];

/**
 * Whose events a source takes: those of one service, or `other`, which takes what came through the door and is of none. A rule
 * that somebody adds by hand carries such events.
 */
export const AWS_EVENT_KINDS = [...AWS_EVENTS, 'other'] as const;
export type AwsEventKind = (typeof AWS_EVENT_KINDS)[number];

/** The field `source` of an event, by what it is: `other` has none of its own. */
const BY_EVENT_SOURCE: Readonly<Record<string, AwsEvents>> = {
  'aws.guardduty': 'guardduty',
  'aws.securityhub': 'security-hub',
  'aws.inspector2': 'inspector',
  'aws.macie': 'macie',
  'aws.health': 'health',
  'aws.config': 'config',
  'aws.access-analyzer': 'access-analyzer',
  'aws.cloudwatch': 'cloudwatch-alarm',
  'aws.backup': 'backup',
  'aws.signin': 'root-login',
};

export function awsEventKind(event: unknown): AwsEventKind {
  const { source } = Object(event) as { source?: unknown };
  return typeof source === 'string' && Object.hasOwn(BY_EVENT_SOURCE, source)
    ? (BY_EVENT_SOURCE[source] ?? 'other')
    : 'other';
}

/**
 * The id of the source that takes these events: always the same, so that whoever makes it makes the same one. It need not be
 * hard to guess, since no request over HTTP is ever taken for it.
 *
 * security-hub -> src_awsSecurityHub
 */
export function awsSourceId(kind: AwsEventKind): string {
  const words = kind.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `src_aws${words.join('')}`;
}

const IDS = new Set(AWS_EVENT_KINDS.map(awsSourceId));

export function isAwsSourceId(id: string): boolean {
  return IDS.has(id);
}

/** What the source is called when the gateway makes it. */
export function awsSourceName(kind: AwsEventKind): string {
  return `aws-${kind}`;
}
