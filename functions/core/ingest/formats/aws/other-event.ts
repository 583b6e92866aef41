import type { AlertStatus } from '../../../model/wire/alert.ts';
import { SEVERITIES, type Severity } from '../../../model/wire/severity.ts';
import {
  fieldsAt,
  instant,
  isFields,
  list,
  listed,
  named,
  optional,
  text,
  webUrl,
  type Fields,
} from '../../read-fields.ts';
import { graded, SCALES } from '../../severity-scales.ts';
import { statusFromWord } from '../../status-words.ts';
import { readUsual, usualSeverity } from '../../usual-fields.ts';
import type { AlertDraft } from '../format.ts';
import { arnName, awsLabels, type AwsRecord } from './aws-record.ts';
import { nameIn, ownId, resourcesOf, subjectId } from './event-subject.ts';

/** States of jobs and tasks; they say how bad it is where nothing else does. */
const BY_STATE: Record<string, Severity> = {
  FAILED: 'high',
  ERROR: 'high',
  TIMEOUT: 'high',
  TIMED_OUT: 'high',
  SUCCEEDED: 'info',
  SUCCESS: 'info',
  COMPLETED: 'info',
  RUNNING: 'info',
  STARTED: 'info',
};

/**
 * What a service of AWS sends that has no reader of its own: its words where it has some, else what kind of event it is.
 *
 * A topic or a rule often carries more than was planned for, and nothing of it may be lost. The key is the resource and the
 * kind of event, never the id of the event that carried it, unless there is nothing else.
 */
export function readOtherEvent(record: AwsRecord): AlertDraft {
  const { event, sns } = record;
  const document = withDetails(record.document);
  const message = text(document['message']) ?? text(document['Event Message']) ?? text(document['Message']);
  const kind = text(event['detail-type']);
  const service = text(event['source']) ?? 'aws.sns';
  const found = readUsual(document);
  const names = resourcesOf(document, event);
  const state = stateOf(document);
  const own = ownId(document);
  const type = typeOf(service, kind);
  const subject = own ?? names[0] ?? subjectId(document);
  const title =
    text(document['title']) ??
    text(document['Title']) ??
    (kind === undefined
      ? (noticeTitle(document) ??
        text(sns['Subject']) ??
        message?.split('\n', 1)[0] ??
        found.title ??
        topicTitle(record))
      : titleOf(kind, document, names, state));
  return {
    type,
    ...severityOf(document, event, state),
    ...optional('status', statusOf(kind, state)),
    title,
    ...optional('description', text(document['description']) ?? message ?? found.description),
    ...optional(
      'event_time',
      instant(event['time']) ??
        instant(document['Event Time']) ??
        found.event_time ??
        instant(sns['Timestamp']),
    ),
    ...optional('source_alert_id', own ?? text(event['id']) ?? text(sns['MessageId'])),
    ...((subject ?? kind) !== undefined && {
      dedup_key: `${typeOf(service, storyOf(kind))}:${subject ?? placed(event, nameIn(document) ?? title)}`,
    }),
    ...listed(
      'resources',
      names.map((name) => named(undefined, { id: name, name: arnName(name), region: event['region'] })),
    ),
    ...linksOf(document, found),
    labels: awsLabels(record),
  };
}

/** CloudFormation and CloudTrail's insights put what they say into `status-details` and `insightDetails`. */
function withDetails(document: Fields): Fields {
  const inner = Object.entries(document).filter(
    ([name, value]) => /details?$/iu.test(name) && isFields(value),
  );
  return Object.assign({}, ...inner.map(([, value]) => value), document) as Fields;
}

function typeOf(service: string, kind: string | undefined): string {
  return kind === undefined ? service : `${service}.${kind.replaceAll(/[^A-Za-z0-9]+/gu, '-').toLowerCase()}`;
}

/** A name is one of its account and region alone, as an ARN is not. */
function placed({ account, region }: Fields, name: string): string {
  return [account, region, name].map((part) => text(part) ?? '').join(':');
}

/** `New Insight Open` and `Insight Closed` are one story. */
function storyOf(kind: string | undefined): string | undefined {
  const words = kind?.split(' ').filter((word) => statusFromWord(word) === undefined);
  return words?.length === 0 ? kind : words?.join(' ');
}

/** RDS, DMS and Redshift: the subject of their messages is the same for all, what happened and where stand in the message. */
function noticeTitle(document: Fields): string | undefined {
  const said = text(document['Event Message']);
  const where = text(document['Source ID']) ?? text(document['SourceId']);
  if (said === undefined) return objectTitle(document);
  return where === undefined ? said : `${where}: ${said}`;
}

/** S3: what happened to the first object of the message. */
function objectTitle(document: Fields): string | undefined {
  const [first] = list(document['Records']);
  const name = text(fieldsAt(first)['eventName']);
  const place = [fieldsAt(first, 's3', 'bucket')['name'], fieldsAt(first, 's3', 'object')['key']].map(text);
  const isWhole = name !== undefined && place.every((part) => part !== undefined);
  return isWhole ? `${name}: ${place.join('/')}` : undefined;
}

/** A message without any words: what it calls itself, and the topic that it came over. */
function topicTitle({ document, sns }: AwsRecord): string {
  const first = fieldsAt(list(document['Records'])[0]);
  const name = ['notificationType', 'eventType', 'eventName', 'Event', 'event', 'type']
    .map((field) => text(document[field]) ?? text(first[field]))
    .find((found) => found !== undefined);
  const topic = text(sns['TopicArn']);
  return `${name ?? 'A message'}${topic === undefined ? ' from AWS' : ` on the SNS topic ${arnName(topic)}`}`;
}

function severityOf(
  document: Fields,
  event: Fields,
  state: string | undefined,
): Pick<AlertDraft, 'severity' | 'severityOriginal'> {
  if (isOpsItem(event)) return graded(document['severity'], SCALES.priority);
  const given = usualSeverity({
    ...document,
    ...optional('severity', document['severity'] ?? document['Severity']),
  });
  if (given.severityOriginal !== undefined) return given;
  const counts = fieldsAt(document, 'finding-severity-counts');
  if (Object.keys(counts).length > 0) return worstOf(counts);
  const byState = BY_STATE[state?.toUpperCase().replaceAll(/[ -]/gu, '_') ?? ''];
  return byState === undefined ? {} : { severity: byState, ...optional('severityOriginal', state) };
}

/** Of an OpsItem 1 is the worst of 4: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_OpsItem.html */
function isOpsItem(event: Fields): boolean {
  return event['source'] === 'aws.ssm' && text(event['detail-type'])?.startsWith('OpsItem ') === true;
}

/** Of a scan of ECR or Inspector (`{CRITICAL: 1, MEDIUM: 9, TOTAL: 10}`) the worst that it found; nothing found is information. */
function worstOf(counts: Fields): Pick<AlertDraft, 'severity' | 'severityOriginal'> {
  const found = SEVERITIES.filter((severity) => Number(counts[severity.toUpperCase()] ?? 0) > 0);
  return { severity: found.at(-1) ?? 'info' };
}

/** Fields that tell a state, the surest first; any other whose name says so and whose word is one. */
const STATES = [
  'state',
  'status',
  'State',
  'Status',
  'newComplianceType',
  'lastStatus',
  'scanStatus',
  'build-status',
];

function isState(value: unknown): boolean {
  return statusFromWord(value) !== undefined;
}

function stateOf(document: Fields): string | undefined {
  const named = STATES.map((name) => text(document[name])).find((found) => found !== undefined);
  if (named !== undefined) return named;
  const other = Object.entries(document).find(
    ([name, value]) => /(?:[-_ ]state|[-_ ]status|[a-z]Stat(?:e|us))$/u.test(name) && isState(value),
  );
  return other === undefined ? undefined : text(other[1]);
}

/** Some kinds of events are called after an end: `DevOps Guru Insight Closed`. */
function statusOf(kind: string | undefined, state: string | undefined): AlertStatus | undefined {
  const ending = statusFromWord(kind?.split(' ').at(-1));
  return ending === 'resolved' ? ending : statusFromWord(state);
}

function titleOf(
  kind: string,
  document: Fields,
  names: readonly string[],
  state: string | undefined,
): string {
  const found = nameIn(document) ?? names[0] ?? ownId(document) ?? subjectId(document);
  const subject = found === undefined ? undefined : arnName(found);
  return kind + (subject === undefined ? '' : `: ${subject}`) + (state === undefined ? '' : ` ${state}`);
}

function linksOf(document: Fields, found: AlertDraft): Pick<AlertDraft, 'links'> {
  const url = webUrl(document['Identifier Link']);
  return url !== undefined
    ? { links: [{ rel: 'console', url }] }
    : found.links === undefined
      ? {}
      : { links: found.links };
}

/** SNS asks to have a subscription confirmed, or says that one has ended. */
export function readSubscription(sns: Fields): AlertDraft {
  const topic = text(sns['TopicArn']) ?? 'unknown';
  const confirms = sns['Type'] === 'SubscriptionConfirmation';
  return {
    type: confirms ? 'aws.sns.subscription' : 'aws.sns.unsubscribed',
    severity: confirms ? 'info' : 'high',
    title: confirms
      ? `The SNS topic ${topic} was asked to send its messages here`
      : `The SNS topic ${topic} will send nothing here any more`,
    ...optional('event_time', instant(sns['Timestamp'])),
    dedup_key: `aws.sns:subscription:${topic}`,
    resources: [{ type: 'sns-topic', id: topic }],
    labels: { topic },
  };
}
