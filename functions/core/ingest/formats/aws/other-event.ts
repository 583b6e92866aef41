import type { Severity } from '../../../model/wire/severity.ts';
import { instant, list, listed, named, optional, text, webUrl, type Fields } from '../../read-fields.ts';
import { statusFromWord } from '../../status-words.ts';
import { readUsual, usualSeverity } from '../../usual-fields.ts';
import { usual } from '../../usual-names.ts';
import type { AlertDraft } from '../format.ts';
import { arnName, awsLabels, type AwsRecord } from './aws-record.ts';

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
  const { document, event, sns } = record;
  const message = text(document['message']) ?? text(document['Event Message']) ?? text(document['Message']);
  const kind = text(event['detail-type']);
  const service = text(event['source']) ?? 'aws.sns';
  const found = readUsual(document);
  const names = resourcesOf(record);
  const state = stateOf(document);
  const own = ownId(document);
  const type =
    kind === undefined ? service : `${service}.${kind.replaceAll(/[^A-Za-z0-9]+/gu, '-').toLowerCase()}`;
  const subject = own ?? names[0];
  return {
    type,
    ...severityOf(document, state),
    ...optional('status', state === undefined ? undefined : statusFromWord(state)),
    ...optional(
      'title',
      text(document['title']) ??
        (kind === undefined
          ? (text(sns['Subject']) ?? message?.split('\n', 1)[0] ?? found.title)
          : titleOf(kind, document, names, state)),
    ),
    ...optional('description', text(document['description']) ?? message ?? found.description),
    ...optional(
      'event_time',
      instant(event['time']) ??
        instant(document['Event Time']) ??
        found.event_time ??
        instant(sns['Timestamp']),
    ),
    ...optional('source_alert_id', own ?? text(event['id']) ?? text(sns['MessageId'])),
    ...(subject !== undefined && { dedup_key: `${type}:${subject}` }),
    ...listed(
      'resources',
      names.map((name) => named(undefined, { id: name, name: arnName(name), region: event['region'] })),
    ),
    ...linksOf(document, found),
    labels: awsLabels(record),
  };
}

function severityOf(
  document: Fields,
  state: string | undefined,
): Pick<AlertDraft, 'severity' | 'severityOriginal'> {
  const given = usualSeverity({
    ...document,
    ...optional('severity', document['severity'] ?? document['Severity']),
  });
  if (given.severityOriginal !== undefined) return given;
  const byState = BY_STATE[state?.toUpperCase().replaceAll(/[ -]/gu, '_') ?? ''];
  return byState === undefined ? {} : { severity: byState, ...optional('severityOriginal', state) };
}

function stateOf(document: Fields): string | undefined {
  const names = ['state', 'status', 'State', 'Status', 'lastStatus', 'scanStatus', 'build-status'];
  return names.map((name) => text(document[name])).find((found) => found !== undefined);
}

function titleOf(
  kind: string,
  document: Fields,
  names: readonly string[],
  state: string | undefined,
): string {
  const subject = nameIn(document) ?? (names[0] === undefined ? undefined : arnName(names[0]));
  return kind + (subject === undefined ? '' : `: ${subject}`) + (state === undefined ? '' : ` ${state}`);
}

/** `jobName`, `pipeline`, `check-name`: the field that names what the event is about. */
function nameIn(document: Fields): string | undefined {
  const named = Object.entries(document).find(
    ([name, value]) =>
      /(?:^|[a-z_-])(?:name|pipeline|project-name|eventTypeCode)$/iu.test(name) &&
      !/user|parameter/iu.test(name) &&
      text(value) !== undefined,
  );
  return named === undefined ? undefined : text(named[1]);
}

/** An ARN or an id that the document gives itself. */
function ownId(document: Fields): string | undefined {
  return usual(document, 'id', (value) => (typeof value === 'string' ? text(value) : undefined));
}

function resourcesOf({ document, event }: AwsRecord): string[] {
  const names = [
    'resourceArn',
    'resource_arn',
    'ResourceArn',
    'instance-id',
    'Source ARN',
    'SourceArn',
    'Source ID',
    'SourceId',
  ];
  return [...list(event['resources']), ...names.map((name) => document[name])]
    .map(text)
    .filter((name) => name !== undefined);
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
