import {
  fieldsAt,
  filled,
  instant,
  isFields,
  list,
  listed,
  optional,
  text,
  webUrl,
  without,
  type Fields,
} from '../read-fields.ts';
import { graded, severityFromWord } from '../severity-scales.ts';
import { readUsual } from '../usual-fields.ts';
import type { AlertDraft, Format } from './format.ts';

/**
 * PagerDuty's Events API v2 as an input: tools that can only page PagerDuty page us instead.
 *
 * `resolve` and `acknowledge` may come without a payload: only the `dedup_key` says what they are about. An
 * acknowledgement leaves the alert firing, as information. The `routing_key` is a credential and is dropped.
 * https://github.com/PagerDuty/developer-docs/blob/main/docs/events-API-v2/02-Trigger-Events.md (2026-11-21)
 */
export const pagerdutyEvents: Format = {
  name: 'pagerduty-events',
  summary: 'PagerDuty Events API v2, for tools that speak only that',
  preset: { auth: { type: 'bearer' } },
  holdsRoutingKey: true,
  omits: ['routing_key', 'service_key'],
  read: readPagerdutyEvent,
};

const KNOWN = ['routing_key', 'event_action', 'dedup_key', 'payload', 'links', 'client_url'];
const KNOWN_PAYLOAD = [
  'summary',
  'source',
  'severity',
  'timestamp',
  'component',
  'group',
  'class',
  'custom_details',
];

/**
 * An event of the Events API v1, which old integrations still send, in the words of v2.
 *
 * https://developer.pagerduty.com/docs/ZG9jOjExMDI5NTc4-trigger-events (v1: `service_key`, `event_type`, `incident_key`)
 */
function asV2(record: Fields): Fields {
  const action = text(record['event_type'])?.toLowerCase() ?? '';
  if (!/^(?:trigger|acknowledge|resolve)$/u.test(action) || record['event_action'] !== undefined)
    return record;
  const { description, details, client_url: url } = record;
  return {
    ...without(record, 'service_key', 'event_type', 'incident_key', 'description', 'details', 'contexts'),
    event_action: action,
    ...optional('dedup_key', record['incident_key'] ?? undefined),
    ...optional('client_url', url),
    payload: { summary: description, custom_details: details },
    links: list(record['contexts']),
  };
}

function readPagerdutyEvent(given: Fields): AlertDraft {
  const record = asV2(given);
  const payload = fieldsAt(record, 'payload');
  const action = text(record['event_action'])?.toLowerCase();
  if (action === undefined && record['payload'] === undefined) {
    return { ...readUsual(record), type: 'pagerduty.event', labels: {} };
  }
  const key = text(record['dedup_key']);
  const source = text(payload['source']);
  const component = text(payload['component']);
  const custom = payload['custom_details'];
  const clientUrl = webUrl(record['client_url']);
  return {
    type: text(payload['class']) ?? 'pagerduty.event',
    status: action === 'resolve' ? 'resolved' : 'firing',
    ...(action === 'acknowledge' && { severity: 'info' as const }),
    ...(action !== 'acknowledge' && graded(payload['severity'], severityFromWord)),
    ...optional('title', titleOf(action, text(payload['summary']), key)),
    ...optional('event_time', instant(payload['timestamp'])),
    ...optional('source_alert_id', key),
    ...optional('dedup_key', key),
    ...listed('resources', [
      source === undefined ? undefined : { type: 'host', name: source },
      component === undefined ? undefined : { type: 'component', name: component },
    ]),
    ...listed('links', [
      clientUrl === undefined ? undefined : { rel: 'console', url: clientUrl },
      ...list(record['links']).map((link) => {
        const url = webUrl(fieldsAt(link)['href']);
        return url === undefined ? undefined : { rel: text(fieldsAt(link)['text']) ?? 'related', url };
      }),
    ]),
    labels: {
      ...optional('event_action', action),
      ...optional('source', source),
      ...optional('group', text(payload['group'])),
    },
    details: filled({
      ...(isFields(custom) ? custom : { custom_details: custom }),
      ...without(payload, ...KNOWN_PAYLOAD),
      ...without(record, ...KNOWN),
    }),
  };
}

/** Somebody who has acknowledged an alert is at work on it: that is to be known, and wakes nobody. */
function titleOf(
  action: string | undefined,
  summary: string | undefined,
  key: string | undefined,
): string | undefined {
  if (action === 'acknowledge') {
    const subject = summary ?? key;
    return subject === undefined ? undefined : `Acknowledged: ${subject}`;
  }
  if (summary !== undefined || key === undefined) return summary;
  return action === 'resolve' ? `Resolved: ${key}` : undefined;
}
