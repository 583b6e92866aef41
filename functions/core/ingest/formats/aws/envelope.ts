import { parseEmbeddedObject } from '../../body/parse-json.ts';
import { fieldsAt, isFields, list, text, without, type Fields } from '../../read-fields.ts';

/** Signature, certificate and links are the envelope's; the token confirms, and is nobody else's business. */
const ENVELOPE = [
  'Signature',
  'SignatureVersion',
  'SigningCertURL',
  'SigningCertUrl',
  'SubscribeURL',
  'SubscribeUrl',
  'Token',
  'UnsubscribeURL',
  'UnsubscribeUrl',
];

const LAMBDA = ['EventSource', 'EventVersion', 'EventSubscriptionArn'];

/** What the presets of AWS leave out: the envelope of SNS, and what Lambda puts around it. */
export const AWS_OMITS: readonly string[] = [...ENVELOPE, ...LAMBDA.map((field) => `Records.${field}`)];

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
  const records = list(document['Records']).map((record) => fieldsAt(record));
  if (
    records.length > 0 &&
    records.every((record) => text(fieldsAt(record, 'Sns')['Message']) !== undefined)
  ) {
    return records.flatMap((record) =>
      expandSns(fieldsAt(record, 'Sns'), {
        ...without(document, 'Records'),
        ...without(record, 'Sns', ...LAMBDA),
      }),
    );
  }
  if (records.length > 0 && records.every(isQueued)) {
    return records.flatMap((record) => expandQueued(record, without(document, 'Records')));
  }
  return isSnsMessage(document) ? expandSns(document, {}) : expandEvent(document, {});
}

/** A message of a queue, as a function that forwards its event has it. */
function isQueued(record: Fields): boolean {
  return record['eventSource'] === 'aws:sqs' && text(record['body']) !== undefined;
}

function expandQueued({ body, ...record }: Fields, beside: Fields): unknown[] {
  const queue = { ...record, ...beside };
  const inner = parseEmbeddedObject(text(body) ?? '');
  const expanded = inner === undefined ? [{ document: { message: body } }] : expandAws(inner);
  return expanded.map((found) => (isFields(found) ? { ...found, queue } : found));
}

/** A message of SNS as it posts it: `Notification`, or one that asks to confirm a subscription. */
export function isSnsMessage(document: Fields): boolean {
  return typeof document['Message'] === 'string' && typeof document['TopicArn'] === 'string';
}

function expandSns(message: Fields, beside: Fields): unknown[] {
  const sns = { ...without(message, 'Message', ...ENVELOPE), ...beside };
  const isNotification = message['Type'] === undefined || message['Type'] === 'Notification';
  const inner = isNotification ? parseEmbeddedObject(text(message['Message']) ?? '') : undefined;
  return inner === undefined
    ? [{ document: { message: message['Message'] }, sns }]
    : expandEvent(inner, { sns });
}

function expandEvent(document: Fields, around: { sns?: Fields }): unknown[] {
  const { detail } = document;
  if (typeof document['detail-type'] !== 'string' || !isFields(detail)) {
    return [{ document, ...around }];
  }
  const event = without(document, 'detail');
  const findings = list(detail['findings']);
  return findings.length === 0 || !findings.every(isFields)
    ? [{ document: detail, event, ...around }]
    : findings.map((finding) => ({
        document: finding,
        event: { ...event, ...without(detail, 'findings') },
        ...around,
      }));
}
