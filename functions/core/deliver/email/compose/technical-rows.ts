import type { Alert } from '../../../model/wire/alert.ts';

/** Label and value as they came; empty ones are left out when they are shown. */
export type Rows = { label: string; value: string | undefined }[];

const MAX_ENTRIES = 25;
/** What senders call the address that something came from. */
const SOURCE_ADDRESS_KEYS = [
  'source_ip',
  'src_ip',
  'sourceIPAddress',
  'source_address',
  'client_ip',
  'remote_ip',
];

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
    { label: 'Rule', value: joined(' · ', rule?.name, rule?.id, rule?.url) },
    { label: 'MITRE ATT&CK', value: alert.mitre?.slice(0, MAX_ENTRIES).join(', ') },
    {
      label: 'Confidence',
      value: alert.confidence === undefined ? undefined : `${String(alert.confidence)} of 100`,
    },
    { label: 'Environment', value: alert.environment },
    {
      label: 'Labels',
      value: Object.entries(alert.labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(', '),
    },
    { label: "Sender's id", value: alert.source_alert_id },
    { label: 'Dedup key', value: alert.dedup_key },
  ];
}

export function resourceRows(alert: Alert): Rows {
  return bounded(alert.resources, ({ type, name, id, region, url }) => ({
    label: capitalized(type ?? 'resource'),
    value: joined(' · ', name, id, region, url),
  }));
}

export function actorRows(alert: Alert): Rows {
  return bounded(alert.actors, ({ type, name, id }) => ({
    label: capitalized(type ?? 'actor'),
    value: joined(' · ', name, id),
  }));
}

export function observableRows(alert: Alert): Rows {
  return bounded(alert.observables, ({ type, value }) => ({ label: type, value }));
}

export function linkRows(alert: Alert): Rows {
  return bounded(alert.links, ({ rel, url }) => ({ label: rel, value: url }));
}

export function timelineRows(alert: Alert): Rows {
  return [
    { label: 'Happened', value: instant(alert.event_time) },
    { label: 'Received', value: instant(alert.received_at) },
  ];
}

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

/** `2025-01-15T14:23:01.000Z` → `2025-01-15 14:23:01 UTC`. */
function instant(value: string): string {
  return value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
