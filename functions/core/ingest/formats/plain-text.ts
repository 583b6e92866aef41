import { instant, optional, text, without, type Fields } from '../read-fields.ts';
import { graded, severityFromSyslog } from '../severity-scales.ts';
import { withoutSecrets } from '../without-secrets.ts';
import type { AlertDraft, Format } from './format.ts';

/**
 * Lines of text, each an alert: what a shell script or a syslog forwarder sends.
 *
 * A syslog priority in front (`<34>`, RFC 5424 section 6.2.1: facility * 8 + severity) gives the severity; any other
 * line has none, since a word like "error" in a sentence says little about how bad it is. A line that is JSON and
 * has no message is its own text.
 */
export const plainText: Format = {
  name: 'plain-text',
  summary: 'Lines of text, one alert each; a syslog priority gives the severity',
  preset: { auth: { type: 'bearer' } },
  read: readLine,
};

/** RFC 5424's `<PRI>VERSION TIMESTAMP HOST APP …`, or the `<PRI>` of RFC 3164 before anything. */
const PRIORITY = /^<(\d{1,3})>(?:\d{1,2} )?/u;

function readLine(record: Fields): AlertDraft {
  const message = text(record['message']);
  const line = (message ?? JSON.stringify(record)).trim();
  const priority = Number(PRIORITY.exec(line)?.[1] ?? Number.NaN);
  const said = priority <= 191 ? line.replace(PRIORITY, '') : line;
  const [first = ''] = said.split('\n', 1);
  return {
    type: 'text',
    ...(priority <= 191 && graded(priority % 8, severityFromSyslog)),
    // A line of nothing but a priority is still a line.
    title: first.trim() === '' ? line : first,
    ...(said.trim() !== first.trim() && { description: said }),
    ...optional('event_time', instant(/^\d{4}-\d{2}-\d{2}T\S+/u.exec(said)?.[0])),
    labels: {},
    details: message === undefined ? {} : withoutSecrets(without(record, 'message')),
  };
}
