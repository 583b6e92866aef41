import { fieldsAt, instant, listed, optional, text, without, type Fields } from '../read-fields.ts';
import { graded, severityFromWord } from '../severity-scales.ts';
import { readUsual } from '../usual-fields.ts';
import { withoutSecrets } from '../without-secrets.ts';
import type { AlertDraft, Format } from './format.ts';

/**
 * Panguard's webhook channel: one JSON object per alert, no id, no end of a condition.
 *
 * The page documents `X-Panguard-Signature: sha256=<hex>`; Panguard's own code sends the bare hex. Both verify.
 * https://docs.panguard.ai, notification channels, "Webhook"
 */
export const panguard: Format = {
  name: 'panguard',
  summary: 'Panguard webhook channel',
  preset: {
    auth: { type: 'hmac', header: 'x-panguard-signature', algorithm: 'sha256', signedContent: 'body' },
  },
  read: readPanguard,
};

const KNOWN = ['event_type', 'timestamp', 'severity', 'title', 'description', 'details'];

function readPanguard(record: Fields): AlertDraft {
  if (text(record['title']) === undefined) {
    return { ...readUsual(record), ...optional('type', text(record['event_type'])), labels: {} };
  }
  const details = fieldsAt(record, 'details');
  const rule = text(details['rule']);
  const technique = text(details['mitre_id']);
  const action = text(details['action_taken']);
  const succeeded = details['action_success'];
  const confidence = details['confidence'];
  const sourceIp = text(details['source_ip']);
  return {
    ...optional('type', text(record['event_type'])),
    ...graded(record['severity'], severityFromWord),
    ...optional('title', text(record['title'])),
    ...optional('description', text(record['description'])),
    ...optional('event_time', instant(record['timestamp'])),
    ...(typeof confidence === 'number' && confidence >= 0 && confidence <= 100 && { confidence }),
    ...(rule !== undefined && { rule: { name: rule } }),
    ...(technique !== undefined && { mitre: [technique] }),
    ...listed('observables', [sourceIp === undefined ? undefined : { type: 'ip', value: sourceIp }]),
    ...(action !== undefined && {
      actions_taken: [{ name: action, ...(typeof succeeded === 'boolean' && { success: succeeded }) }],
    }),
    labels: {},
    // The details stay whole: whoever receives Panguard's own shape from us reads them there.
    details: withoutSecrets({ ...details, ...without(record, ...KNOWN) }),
  };
}
