import {
  fieldsAt,
  filled,
  instant,
  isFields,
  listed,
  optional,
  pickTexts,
  text,
  webUrl,
  without,
  type Fields,
} from '../read-fields.ts';
import { graded, severityFromRising } from '../severity-scales.ts';
import { readUsual } from '../usual-fields.ts';
import type { AlertDraft, Format } from './format.ts';

/**
 * LinuxGuard's signed webhook: a v1 envelope around one signal; severity is 1 (info) to 5 (critical).
 *
 * `LinuxGuard-Delivery` is the same when it delivers again.
 * https://docs.linuxguard.io, "Webhook Integration"
 */
export const linuxguard: Format = {
  name: 'linuxguard',
  summary: 'LinuxGuard signals (v1 envelope)',
  preset: {
    auth: { type: 'hmac', header: 'linuxguard-signature', algorithm: 'sha256', signedContent: 'body' },
  },
  deliveryIdHeaders: ['linuxguard-delivery'],
  read: readLinuxguard,
};

const KNOWN = ['event_type', 'data', 'console_url', 'timestamp'];
const KNOWN_DATA = [
  'signal_id',
  'signal_type',
  'severity',
  'description',
  'server_id',
  'server_name',
  'identity_id',
  'identity_name',
  'environment',
  'created_at',
];

function readLinuxguard(record: Fields): AlertDraft {
  if (!isFields(record['data'])) {
    return { ...readUsual(record), ...optional('type', text(record['event_type'])), labels: {} };
  }
  const data = fieldsAt(record, 'data');
  const id = text(data['signal_id']);
  const type = text(data['signal_type']);
  const server = pickTexts({ id: data['server_id'], name: data['server_name'] }, ['id', 'name']);
  const identity = pickTexts({ id: data['identity_id'], name: data['identity_name'] }, ['id', 'name']);
  const description = text(data['description']);
  const url = webUrl(record['console_url']);
  const place = server['name'] ?? server['id'];
  const eventType = text(record['event_type']);
  const title =
    type === undefined ? description : sentence(type) + (place === undefined ? '' : ` on ${place}`);
  return {
    ...optional('type', type ?? eventType),
    ...graded(data['severity'], severityFromRising),
    ...optional('title', title),
    ...optional('description', description),
    ...optional('event_time', instant(data['created_at']) ?? instant(record['timestamp'])),
    ...optional('source_alert_id', id),
    ...(id !== undefined && { dedup_key: `linuxguard:${id}` }),
    ...listed('resources', [Object.keys(server).length > 0 ? { type: 'server', ...server } : undefined]),
    ...listed('actors', [Object.keys(identity).length > 0 ? { type: 'identity', ...identity } : undefined]),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    ...optional('environment', text(data['environment'])),
    labels: { ...optional('event_type', eventType) },
    details: filled({ ...without(record, ...KNOWN), ...without(data, ...KNOWN_DATA) }),
  };
}

/** `sudo_command_executed` as words. */
function sentence(type: string): string {
  const words = type.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
