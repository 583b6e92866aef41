import { liftedDetails } from '../lifted-details.ts';
import { fieldsAt, instant, optional, text, without, type Fields } from '../read-fields.ts';
import { graded, severityFromWord } from '../severity-scales.ts';
import { readUsual } from '../usual-fields.ts';
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
  return {
    ...optional('type', text(record['event_type'])),
    ...graded(record['severity'], severityFromWord),
    ...optional('title', text(record['title'])),
    ...optional('description', text(record['description'])),
    ...optional('event_time', instant(record['timestamp'])),
    ...liftedDetails(details),
    labels: {},
    // The details stay whole: whoever receives Panguard's own shape from us reads them there.
    details: { ...details, ...without(record, ...KNOWN) },
  };
}
