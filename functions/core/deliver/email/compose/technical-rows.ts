import { isEnded, type Alert } from '../../../model/wire/alert.ts';
import { courseOf } from './course.ts';
import { shownDuration, shownInstant } from './times.ts';
import { placeOf } from './where.ts';

/** Label, value and web address as they came; empty ones are left out when they are shown. */
export type Rows = { label: string; value: string | undefined; url?: string | undefined }[];

const MAX_ENTRIES = 25;
const LATE_MS = 60_000;
/** What senders call the address that something came from. */
const SOURCE_ADDRESS_KEYS = [
  'source_ip',
  'src_ip',
  'sourceIPAddress',
  'source_address',
  'client_ip',
  'remote_ip',
];

/** The rows of the technical section: source address, type, severity, rule, and the facts of the finding. */
export function technicalRows(alert: Alert): Rows {
  const { rule } = alert;
  return [
    { label: 'Source address', value: sourceAddress(alert) },
    { label: 'Type', value: alert.type },
    {
      label: 'Severity',
      value:
        alert.severity_original === undefined || alert.severity_original === alert.severity
          ? alert.severity
          : `${alert.severity} (the sender says "${alert.severity_original}")`,
    },
    { label: 'Rule', value: joined(' · ', ...new Set([rule?.name, rule?.id])), url: rule?.url },
    { label: 'MITRE ATT&CK', value: alert.mitre?.slice(0, MAX_ENTRIES).join(', ') },
    {
      label: 'Confidence',
      value: alert.confidence === undefined ? undefined : `${String(alert.confidence)} of 100`,
    },
    { label: 'Environment', value: alert.environment },
    ...labelRows(alert),
    { label: "Sender's id", value: alert.source_alert_id },
    { label: 'Dedup key', value: alert.dedup_key },
  ];
}

function labelRows({ labels }: Pick<Alert, 'labels'>): Rows {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return [{ label: 'Labels', value: pairs.join(', ') }];
}

/** Labels whose value the mail says nowhere above them. */
export function untoldLabelRows(alert: Alert): Rows {
  const names = [...(alert.resources ?? []), ...(alert.actors ?? [])].flatMap(({ name, id, type }) => [
    name,
    id,
    type,
  ]);
  const told = [
    alert.title,
    alert.type,
    alert.environment,
    placeOf(alert)?.full,
    alert.severity_original,
    ...names,
  ];
  const labels = Object.entries(alert.labels).filter(
    ([, value]) => !told.some((words) => words?.includes(value) === true),
  );
  return labelRows({ labels: Object.fromEntries(labels) });
}

/** A row for each resource, `Instance: web-1 · i-0abc · eu-west-1`; 25 at most, as of all these lists. */
export function resourceRows(alert: Alert): Rows {
  return bounded(alert.resources, ({ type, name, id, region, url }) => ({
    label: capitalized(type ?? 'resource'),
    value: joined(' · ', ...new Set([name, id, region])),
    url,
  }));
}

export function actorRows(alert: Alert): Rows {
  return bounded(alert.actors, ({ type, name, id }) => ({
    label: capitalized(type ?? 'actor'),
    value: joined(' · ', name, id),
  }));
}

export function observableRows(alert: Alert): Rows {
  return bounded(alert.observables, ({ type, value }) => ({
    label: type === 'ip' ? 'IP address' : type,
    value,
  }));
}

export function linkRows(alert: Alert): Rows {
  return bounded(alert.links, ({ rel, url }) => ({ label: rel, value: undefined, url }));
}

/** When it began, happened or ended, and how long it lasted; to the second, in the zone of the reader. */
export function timelineRows(alert: Alert, timeZone?: string): Rows {
  const { sinceAt, lastedMs } = courseOf(alert);
  const isLate = Date.parse(alert.received_at) - Date.parse(alert.event_time) >= LATE_MS;
  const shown = (iso: string) => shownInstant(iso, timeZone, 'second');
  return [
    ...(sinceAt === alert.event_time ? [] : [{ label: 'Began', value: shown(sinceAt) }]),
    { label: isEnded(alert) ? 'Ended' : 'Happened', value: shown(alert.event_time) },
    ...(lastedMs === undefined ? [] : [{ label: 'Lasted', value: shownDuration(lastedMs) }]),
    // A mail comes at once: only what was late on its way is worth a line.
    ...(isLate ? [{ label: 'Received', value: shown(alert.received_at) }] : []),
  ];
}

/** Checksum and size of the request as it arrived. */
export function rawRows({ raw }: Alert): Rows {
  // System alerts never arrived.
  if (raw.sha256 === '') return [];
  return [
    { label: 'Raw SHA-256', value: raw.sha256 },
    { label: 'Raw size', value: joined(', ', `${String(raw.size)} bytes`, raw.content_type) },
  ];
}

function sourceAddress(alert: Alert): string | undefined {
  const named = SOURCE_ADDRESS_KEYS.map((key) => alert.details[key]).find(
    (value) => typeof value === 'string',
  );
  return named ?? alert.observables?.find(({ type }) => /^(ip|ipv4|ipv6|ip.?address)/iu.test(type))?.value;
}

function bounded<T>(entries: readonly T[] | undefined, row: (entry: T) => Rows[number]): Rows {
  const rows = (entries ?? []).slice(0, MAX_ENTRIES).map(row);
  const more = (entries?.length ?? 0) - MAX_ENTRIES;
  return more > 0 ? [...rows, { label: 'and', value: `${String(more)} more` }] : rows;
}

function joined(separator: string, ...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(separator);
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).replaceAll(/[-_]/gu, ' ');
}
