import { text, without, type Fields } from '../read-fields.ts';
import { readUsual } from '../usual-fields.ts';
import type { AlertDraft, Format } from './format.ts';
import { readLine } from './text-line.ts';

/**
 * Lines of text, each an alert: what a shell script or a syslog forwarder sends.
 *
 * A syslog priority, or the header of CEF or LEEF, gives the severity; any other line has none, since a word like "error" in a
 * sentence says little about how bad it is. A line that is JSON is read by the usual names of fields; one without a title or a
 * message is its own text.
 */
export const plainText: Format = {
  name: 'plain-text',
  summary: 'Lines of text, one alert each; a syslog priority, CEF or LEEF gives the severity',
  preset: { auth: { type: 'bearer' } },
  takesText: true,
  read: readTextRecord,
};

function readTextRecord(record: Fields): AlertDraft {
  const message = text(record['message']);
  const beside = Object.keys(record).length > 1 || message === undefined ? readUsual(record) : {};
  const { details, ...draft } = readLine(message ?? beside.title ?? JSON.stringify(record));
  return {
    ...beside,
    ...draft,
    details: { ...(message === undefined ? {} : without(record, 'message')), ...details },
  };
}
