import { parseEmbeddedObject } from '../parse-json.ts';
import {
  fieldsAt,
  filled,
  instant,
  isFields,
  list,
  listed,
  named,
  optional,
  text,
  webUrl,
  without,
  type Fields,
} from '../read-fields.ts';
import { graded, severityFromWord } from '../severity-scales.ts';
import { withoutSecrets } from '../without-secrets.ts';
import type { AlertDraft } from './format.ts';

/**
 * What AWS services send, whichever way it came: bare, as EventBridge event, or inside an SNS message.
 *
 * Each finding becomes the record `{document, event, sns}`: the service's own document, and what stood around it.
 * A Lambda-shaped `{"Records": [{"Sns": …}]}` holds several messages, `detail.findings` several findings.
 *
 * https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html and
 * https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export function expandAws(document: unknown): unknown[] {
  if (!isFields(document)) {
    return [document];
  }
  const records = list(document['Records']).map((record) => fieldsAt(record, 'Sns'));
  if (records.length > 0 && records.every((record) => text(record['Message']) !== undefined)) {
    return records.flatMap(expandSns);
  }
  return isSnsMessage(document) ? expandSns(document) : expandEvent(document, {});
}

/** A message of SNS as it posts it: `Notification`, or one that asks to confirm a subscription. */
export function isSnsMessage(document: Fields): boolean {
  return typeof document['Message'] === 'string' && typeof document['TopicArn'] === 'string';
}

function expandSns(message: Fields): unknown[] {
  // Signature, certificate and unsubscribe links are the envelope's; the token confirms, and is nobody else's business.
  const sns = pick(message, ['Type', 'MessageId', 'TopicArn', 'Subject', 'Timestamp', 'MessageAttributes']);
  const isNotification = message['Type'] === undefined || message['Type'] === 'Notification';
  const inner = isNotification ? parseEmbeddedObject(String(message['Message'])) : undefined;
  return inner === undefined
    ? [{ document: { message: message['Message'] }, sns }]
    : expandEvent(inner, { sns });
}

function expandEvent(document: Fields, around: { sns?: Fields }): unknown[] {
  const { detail } = document;
  if (typeof document['detail-type'] !== 'string' || !isFields(detail)) {
    return [{ document, ...around }];
  }
  const facts = { event: without(document, 'detail'), ...around };
  const findings = list(detail['findings']).filter(isFields);
  return findings.length === 0
    ? [{ document: detail, ...facts }]
    : findings.map((finding) => Object.assign({ document: finding }, facts));
}

/** The parts of an expanded record; a record that was never expanded is its own document. */
export function awsParts(record: Fields): { document: Fields; event: Fields; sns: Fields } {
  const document = isFields(record['document']) ? record['document'] : record;
  return { document, event: fieldsAt(record, 'event'), sns: fieldsAt(record, 'sns') };
}

/**
 * Any AWS event that no format knows better: its words where it has some, else what kind of event it is.
 *
 * A topic or a rule often carries more than was planned for, and nothing of it may be lost.
 */
export function readAwsEvent(record: Fields): AlertDraft {
  const { document, event, sns } = awsParts(record);
  if (sns['Type'] === 'SubscriptionConfirmation' || sns['Type'] === 'UnsubscribeConfirmation') {
    return readSubscription(sns);
  }
  const message = text(document['message']) ?? text(document['Event Message']) ?? text(document['Message']);
  const kind = text(event['detail-type']);
  const subject = text(sns['Subject']);
  const names = list(event['resources']).map(text);
  const id = text(event['id']) ?? text(sns['MessageId']);
  const service = text(event['source']) ?? 'aws.sns';
  const url = webUrl(document['Identifier Link']);
  const title =
    text(document['title']) ??
    (kind === undefined ? (subject ?? message?.split('\n', 1)[0]) : titleOf(kind, document, names));
  return {
    type:
      kind === undefined ? service : `${service}.${kind.replaceAll(/[^A-Za-z0-9]+/gu, '-').toLowerCase()}`,
    ...graded(document['severity'] ?? document['Severity'], severityFromWord),
    ...optional('title', title),
    ...optional('description', text(document['description']) ?? describedIn(document) ?? message),
    ...optional(
      'event_time',
      instant(event['time']) ?? instant(document['Event Time']) ?? instant(sns['Timestamp']),
    ),
    ...optional('source_alert_id', id),
    ...listed(
      'resources',
      names.map((name) => named(undefined, { id: name, region: event['region'] })),
    ),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    labels: awsLabels(event, sns),
    details: awsDetails(without(document, 'message', 'title', 'description'), sns),
  };
}

/** Where an AWS document says what it is about in other words. */
function titleOf(kind: string, document: Fields, names: readonly (string | undefined)[]): string {
  const subject =
    text(document['eventTypeCode']) ?? text(document['jobName']) ?? text(document['eventName']) ?? names[0];
  const state = text(document['state']) ?? text(document['status']) ?? text(document['scanStatus']);
  return kind + (subject === undefined ? '' : `: ${subject}`) + (state === undefined ? '' : ` ${state}`);
}

function describedIn(document: Fields): string | undefined {
  return text(fieldsAt(list(document['eventDescription'])[0])['latestDescription']);
}

function readSubscription(sns: Fields): AlertDraft {
  const topic = text(sns['TopicArn']) ?? 'unknown';
  const confirms = sns['Type'] === 'SubscriptionConfirmation';
  return {
    type: confirms ? 'aws.sns.subscription' : 'aws.sns.unsubscribed',
    severity: confirms ? 'info' : 'high',
    title: confirms
      ? `The SNS topic ${topic} was asked to send its messages here`
      : `The SNS topic ${topic} will send nothing here any more`,
    dedup_key: `aws.sns:subscription:${topic}`,
    resources: [{ type: 'sns-topic', id: topic }],
    labels: { topic },
    details: filled(without(sns, 'MessageAttributes')),
  };
}

/** Account, region and topic: what routes ask for. */
export function awsLabels(event: Fields, sns: Fields, document: Fields = {}): Record<string, string> {
  return {
    ...optional(
      'account',
      text(event['account']) ?? text(document['accountId']) ?? text(document['AwsAccountId']),
    ),
    ...optional('region', text(event['region']) ?? text(document['region']) ?? text(document['Region'])),
    ...optional('topic', text(sns['TopicArn'])),
  };
}

/** What is left of a document, with what SNS said about it. */
export function awsDetails(document: Fields, sns: Fields): Fields {
  return withoutSecrets(
    filled({ ...document, sns_subject: sns['Subject'], message_attributes: sns['MessageAttributes'] }),
  );
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}
