import { parseEmbeddedObject } from '../body/parse-json.ts';
import { instant, listed, optional, text, type Fields } from '../read-fields.ts';
import { severityFromSyslog } from '../severity-scales.ts';
import { readUsual } from '../usual-fields.ts';
import { readDeviceEvent } from './device-event.ts';
import type { AlertDraft } from './format.ts';
import { readPairs } from './text-pairs.ts';
import { readSyslog, type SyslogLine } from './syslog-header.ts';

/**
 * An alert from one line of text, or one text of several lines whose first is the title.
 *
 * The header of syslog gives severity, host and time, and is no part of the title: it is new with each line, and what the line
 * says again is the same finding. Behind it CEF, LEEF, JSON or `name=value` pairs say more, and a better severity: a forwarder
 * gives every event the same priority, the device judges each.
 */
export function readLine(written: string): AlertDraft {
  const line = written.trim();
  const syslog = readSyslog(line);
  const { host, app, data, message } = syslog;
  const [first = ''] = message.trim().split('\n', 1);
  const fields = readDeviceEvent({ message, line, host }) ?? readFields(syslog, line);
  return {
    type: 'text',
    ...bySyslog(syslog),
    // A line of nothing but a header is still a line.
    title: first === '' ? line : titled(app, first),
    ...(message.trim() !== first && { description: message }),
    ...optional('event_time', syslog.time ?? instant(/^\d{4}-\d{2}-\d{2}T\S+/u.exec(message)?.[0])),
    ...listed('resources', [host === undefined ? undefined : { type: 'host', name: host }]),
    ...fields,
    labels: { ...optional('app', app), ...fields?.labels },
    details: { ...data, ...fields?.details },
  };
}

function bySyslog({ severity }: SyslogLine): Pick<AlertDraft, 'severity' | 'severityOriginal'> {
  return severity === undefined
    ? {}
    : { ...optional('severity', severityFromSyslog(severity)), severityOriginal: String(severity) };
}

/** `sshd: Failed password for root`: programs say too little about themselves. */
function titled(app: string | undefined, said: string): string {
  return app === undefined ? said : `${app}: ${said}`;
}

/** A message that is JSON, with the mark of Common Event Expression or without, or that is made of pairs. */
function readFields({ message, app }: SyslogLine, line: string): AlertDraft | undefined {
  const fields = parseEmbeddedObject(message.trim().replace(/^@cee: ?/u, '')) ?? readPairs(message);
  if (fields === undefined) return undefined;
  const { title, ...draft } = readUsual(fields);
  return {
    ...draft,
    ...severityOf(fields, draft),
    ...(title !== undefined && { title: titled(app, title) }),
    labels: draft.labels ?? {},
    ...listed(
      'observables',
      ADDRESSES.map((name) => addressOf(fields[name])),
    ),
    details: { ...fields, ...(fields['line'] === undefined && { line }) },
  };
}

/** What firewalls call the two ends of a connection. */
const ADDRESSES = ['src', 'srcip', 'src_ip', 'source_ip', 'dst', 'dstip', 'dst_ip', 'destination_ip'];

function addressOf(value: unknown): { type: string; value: string } | undefined {
  const isAddress =
    typeof value === 'string' &&
    /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{0,4}(?::[\da-f]{0,4}){2,7})$/iu.test(value);
  return isAddress ? { type: 'ip', value } : undefined;
}

/** Firewalls write the words of syslog: `level="alert"`. */
function severityOf(
  fields: Fields,
  { severity }: AlertDraft,
): Pick<AlertDraft, 'severity' | 'severityOriginal'> {
  const level = text(fields['level'] ?? fields['pri'] ?? fields['severity']);
  const found = severity === undefined ? severityFromSyslog(level) : undefined;
  return found === undefined ? {} : { severity: found, ...optional('severityOriginal', level) };
}
