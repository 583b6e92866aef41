import { parseEmbeddedObject } from '../body/parse-json.ts';
import { fieldsAt, filled, instant, isFields, optional, text, without, type Fields } from '../read-fields.ts';
import { graded, severityFromRising, severityFromWord } from '../severity-scales.ts';
import { withoutSecrets } from '../without-secrets.ts';
import type { AlertDraft, Format, FormatContext, HandshakeAnswer, HandshakeRequest } from './format.ts';
import { readUsual } from '../usual-fields.ts';
import { generic } from './generic.ts';

/**
 * CloudEvents 1.0 over HTTP: structured (one object), batch (an array of them), and binary (attributes in `ce-*`
 * headers, the body is the data). Data in our generic shape is read as such; any other data becomes details.
 *
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md and
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md (2026-11-21)
 */
export const cloudevents: Format = {
  name: 'cloudevents',
  summary: 'CloudEvents 1.0: structured, batch and binary mode',
  preset: { auth: { type: 'bearer' } },
  // Binary mode: an id is unique within its source (CloudEvents 1.0, `id`), and the body alone may be the same again.
  // What its text holds is read; bytes that are no text are kept.
  omits: ['data_base64'],
  deliveryIdHeaders: ['ce-source', 'ce-id'],
  expand: expandBinary,
  handshake: allowOrigin,
  read: readCloudEvent,
};

/** Requests a minute that senders who ask are allowed; the API's own limit is what holds. */
const ALLOWED_RATE = '1000';

/** The abuse protection of the webhook specification: a willing receiver names the origin that asked. */
function allowOrigin({ method, headers }: HandshakeRequest): HandshakeAnswer | undefined {
  const origin = headers['webhook-request-origin'];
  return method === 'OPTIONS' && origin !== undefined && /^[A-Za-z0-9.:-]{1,253}$/u.test(origin)
    ? {
        status: 200,
        headers: { allow: 'POST', 'webhook-allowed-origin': origin, 'webhook-allowed-rate': ALLOWED_RATE },
        body: '',
      }
    : undefined;
}

/** In binary mode the attributes stand in headers, percent-encoded; put back, the record is a structured event. */
function expandBinary(document: unknown, { headers }: FormatContext): unknown[] {
  if (headers['ce-specversion'] === undefined) {
    return [document];
  }
  const attributes = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('ce-') ? [[name.slice('ce-'.length), decoded(value)]] : [],
    ),
  );
  return [{ ...attributes, data: document }];
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // A stray percent sign is taken for what it looks like.
    return value;
  }
}

const KNOWN = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'data',
  'data_base64',
  'datacontenttype',
  'severity',
];

function readCloudEvent(record: Fields, context: FormatContext): AlertDraft {
  const data = dataOf(record);
  const inner = isFields(data) ? generic.read(data, context) : {};
  const id = text(record['id']);
  const source = text(record['source']);
  const type = text(record['type']);
  const subject = text(record['subject']);
  const severity = record['severity'] ?? record['severitytext'] ?? fieldsAt(data)['severity'];
  const found = isFields(data) ? readUsual(data) : {};
  const kind = type ?? text(record['eventType']);
  const fallback =
    found.title ?? (kind === undefined ? undefined : `${kind}${subject === undefined ? '' : `: ${subject}`}`);
  const key =
    inner.dedup_key ??
    (source === undefined ? undefined : [source, type ?? '', subject ?? id ?? ''].join('|'));
  return {
    ...inner,
    ...optional('type', kind),
    ...graded(severity, (value) => severityFromWord(value) ?? severityFromRising(value)),
    ...optional(
      'title',
      inner.title ?? (typeof data === 'string' ? data.trim().split('\n', 1)[0] : undefined) ?? fallback,
    ),
    ...optional('event_time', instant(record['time']) ?? instant(record['eventTime']) ?? inner.event_time),
    ...optional('source_alert_id', inner.source_alert_id ?? id),
    ...optional('dedup_key', key),
    ...(subject !== undefined && inner.resources === undefined && { resources: [{ name: subject }] }),
    labels: { ...inner.labels, ...optional('ce_source', source) },
    details: withoutSecrets(
      filled({
        ...inner.details,
        ...(isFields(data) ? {} : { data }),
        ...without(record, ...KNOWN),
        ce_id: id,
        ce_subject: subject,
      }),
    ),
  };
}

/** `data`, or what `data_base64` holds when that is text; JSON is parsed. */
function dataOf(record: Fields): unknown {
  const encoded = record['data_base64'];
  if (typeof encoded !== 'string') {
    return record['data'];
  }
  const bytes = Buffer.from(encoded, 'base64');
  try {
    const written = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parseEmbeddedObject(written.trim()) ?? written;
  } catch {
    // Bytes that are no text: kept as they came.
    return encoded;
  }
}
