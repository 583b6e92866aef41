import {
  fieldsAt,
  filled,
  instant,
  isFields,
  list,
  listed,
  optional,
  text,
  without,
  type Fields,
} from '../read-fields.ts';
import { graded, severityFromWord } from '../severity-scales.ts';
import { readUsual } from '../usual-fields.ts';
import type { AlertDraft, Format, HandshakeAnswer, HandshakeRequest } from './format.ts';

/**
 * Okta event hooks: `data.events[]` of the System Log. Okta asks first, with a GET, whether the receiver is willing.
 *
 * Okta has no signature; it sends a header of the operator's choice with a fixed value. It waits 3 s for an answer.
 * https://developer.okta.com/docs/concepts/event-hooks/ and
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/ (2026-11-21)
 */
export const okta: Format = {
  name: 'okta',
  summary: 'Okta event hooks and System Log events',
  preset: { auth: { type: 'shared-secret', header: 'authorization' } },
  // Okta's page on event hooks asks for 200 or 204 (docs/sources/okta.md).
  acceptedStatus: 200,
  expand: expandEvents,
  handshake: answerChallenge,
  read: readOkta,
};

const CHALLENGE_HEADER = 'x-okta-verification-challenge';
/** What Okta sends is 64 characters; what we echo must be short and plain. */
const CHALLENGE = /^[\x21-\x7e]{1,256}$/u;

function answerChallenge({ method, headers }: HandshakeRequest): HandshakeAnswer | undefined {
  const challenge = headers[CHALLENGE_HEADER];
  return method === 'GET' && challenge !== undefined && CHALLENGE.test(challenge)
    ? {
        status: 200,
        headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
        body: JSON.stringify({ verification: challenge }),
      }
    : undefined;
}

function expandEvents(document: unknown): unknown[] {
  const data = fieldsAt(document, 'data');
  const { events } = data;
  if (!isFields(document) || !Array.isArray(events)) return [document];
  const hook = { ...without(document, 'data'), ...without(data, 'events') };
  return events.map((event: unknown) => (isFields(event) ? { ...event, event_hook: hook } : event));
}

const KNOWN = ['uuid', 'published', 'eventType', 'displayMessage', 'severity', 'actor', 'target'];

function readOkta(record: Fields): AlertDraft {
  const event = inCamelCase(record);
  const type = text(event['eventType']);
  if (type === undefined && event['displayMessage'] === undefined) {
    return { ...readUsual(record), type: 'okta.event', labels: {} };
  }
  const id = text(event['uuid']);
  const { result, reason } = fieldsAt(event, 'outcome');
  const outcome = text(result);
  const message = text(event['displayMessage']) ?? type;
  const actor = readParty(event['actor']);
  const who = actor?.name ?? actor?.id;
  const client = fieldsAt(event, 'client');
  const address = text(client['ipAddress']) ?? text(client['ipaddress']);
  const subject = `${message ?? ''}${who === undefined ? '' : ` (${who})`}`;
  return {
    type: `okta.${type ?? 'event'}`,
    ...graded(event['severity'], severityFromWord),
    ...(message !== undefined && {
      title: `Okta: ${subject}${outcome === 'FAILURE' || outcome === 'DENY' ? ` ${outcome}` : ''}`,
    }),
    ...optional('description', text(reason) ?? message),
    ...optional('event_time', instant(event['published'])),
    ...optional('source_alert_id', id),
    // An event is over when it happened: each is a condition of its own.
    ...(id !== undefined && { dedup_key: `okta:${id}` }),
    ...(type !== undefined && { rule: { id: type } }),
    ...listed('actors', [actor]),
    ...listed('resources', list(event['target']).map(readParty)),
    ...listed('observables', [address === undefined ? undefined : { type: 'ip', value: address }]),
    labels: { ...optional('event_type', type), ...optional('outcome', outcome) },
    details: filled(without(event, ...KNOWN)),
  };
}

/** What came through a data lake has its names in lower case; the two that matter are put back. */
function inCamelCase(record: Fields): Fields {
  const { eventtype, displaymessage, ...rest } = record;
  return { ...optional('eventType', eventtype), ...optional('displayMessage', displaymessage), ...rest };
}

/** An actor or a target: `{id, type, alternateId, displayName}`; the alternate id is the name that people log in with. */
function readParty(value: unknown): { type?: string; id?: string; name?: string } | undefined {
  if (!isFields(value)) return undefined;
  const name = text(value['alternateId']);
  return {
    ...optional('type', text(value['type'])),
    ...optional('id', text(value['id'])),
    ...optional('name', name === undefined || name === 'unknown' ? text(value['displayName']) : name),
  };
}
