import type { Severity } from '../../model/wire/severity.ts';
import { listed, optional, text } from '../read-fields.ts';
import { severityFromCef } from '../severity-scales.ts';
import type { AlertDraft } from './format.ts';

/** Headers of a forwarder stand before the header of the event itself. */
const CEF = /(?:^|[\s:])CEF:\s?\d{1,3}(?:\.\d{1,3})?\|/u;
const LEEF = /(?:^|[\s:])LEEF:\s?([12](?:\.\d{1,3})?)\|/u;

/** The message of a line, the whole line, and the host that its header of syslog names. */
type Written = { message: string; line: string; host: string | undefined };

/** An event of a device in CEF or LEEF; undefined for any other line. */
export function readDeviceEvent(written: Written): AlertDraft | undefined {
  return readCef(written) ?? readLeef(written);
}

/**
 * `CEF:0|Vendor|Product|Version|Class|Name|Severity|key=value …`, ArcSight's Common Event Format.
 *
 * "Implementing ArcSight Common Event Format", version 26: a pipe in a header field is written `\|`.
 */
function readCef({ message, line, host }: Written): AlertDraft | undefined {
  const start = CEF.exec(message);
  if (start === null) return undefined;
  const [vendor, product, version, id, name, severity, ...extension] = message
    .slice(start.index + start[0].length)
    .split(/(?<!\\)\|/u);
  if (severity === undefined) return undefined;
  return eventDraft('cef', line, {
    host,
    vendor,
    product,
    version,
    id,
    title: name,
    severity,
    fields: pairsOf(extension.join('|'), ' '),
  });
}

/**
 * `LEEF:2.0|Vendor|Product|Version|EventID|Delimiter|key=value…`, IBM's Log Event Extended Format; version 1.0 has no delimiter
 * field and separates by tabs. The severity is the attribute `sev`, 1 to 10.
 */
function readLeef({ message, line, host }: Written): AlertDraft | undefined {
  const start = LEEF.exec(message);
  if (start === null) return undefined;
  const [vendor, product, version, id, ...rest] = message.slice(start.index + start[0].length).split('|');
  if (id === undefined) return undefined;
  const hasDelimiter = start[1]?.startsWith('2') === true && rest.length > 1;
  const attributes = (hasDelimiter ? rest.slice(1) : rest).join('|');
  const fields = pairsOf(attributes, hasDelimiter ? delimiterOf(rest[0]) : '\t');
  return eventDraft('leef', line, {
    host,
    vendor,
    product,
    version,
    id,
    title: fields['name'] ?? fields['eventName'] ?? leefTitle(fields, product, id),
    severity: fields['sev'],
    fields,
  });
}

/** LEEF gives events an id and no name. Where it is a number, which says nothing, the attributes may have a message or a category. */
function leefTitle({ msg, cat }: Record<string, string>, product: string | undefined, id: string): string {
  if (!/^\d+$/u.test(id.trim())) return id;
  return msg ?? [unescaped(product), cat, id].filter((part) => part !== undefined && part !== '').join(': ');
}

/** A character, or its code as `x09` or `0x09`; the tab where nothing is said. */
function delimiterOf(written = ''): string {
  const code = /^0?x([0-9a-f]{2,4})$/iu.exec(written)?.[1];
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return written.length === 1 ? written : '\t';
}

type Event = {
  /** Of the header of syslog in front. */
  host: string | undefined;
  vendor: string | undefined;
  product: string | undefined;
  version: string | undefined;
  id: string | undefined;
  title: string | undefined;
  severity: string | undefined;
  fields: Record<string, string>;
};

function eventDraft(kind: 'cef' | 'leef', line: string, event: Event): AlertDraft {
  const { fields, host } = event;
  const hosts = ['dhost', 'shost', 'dvchost'].flatMap((name) => fields[name] ?? []);
  const title = unescaped(event.title);
  const severity: Severity | undefined = severityFromCef(event.severity);
  const addresses = ['src', 'dst'].flatMap((name) => fields[name] ?? []);
  return {
    type: `${kind}.${(unescaped(event.product) ?? 'event').toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-')}`,
    ...optional('severity', severity),
    ...optional('severityOriginal', text(event.severity?.trim())),
    ...optional('title', title),
    description: fields['msg'] ?? line,
    dedup_key: keyOf(kind, event),
    ...(title !== undefined && { rule: { ...optional('id', unescaped(event.id)), name: title } }),
    ...(addresses.length > 0 && { observables: addresses.map((value) => ({ type: 'ip', value })) }),
    ...listed(
      'resources',
      [...new Set(hosts.length > 0 ? hosts : host === undefined ? [] : [host])].map((name) => ({
        type: 'host',
        name,
      })),
    ),
    ...listed(
      'actors',
      [...new Set(['suser', 'duser', 'usrName'].flatMap((name) => fields[name] ?? []))].map((name) => ({
        type: 'user',
        name,
      })),
    ),
    labels: {
      ...optional('vendor', unescaped(event.vendor)),
      ...optional('product', unescaped(event.product)),
    },
    details: { ...fields, ...optional('device_version', unescaped(event.version)), line },
  };
}

/** What tells two events of a device apart: the kind of event, the hosts, users and files that it is about. Ports and times are new each time. */
const SUBJECTS = [
  'dvchost',
  'shost',
  'dhost',
  'src',
  'dst',
  'suser',
  'duser',
  'usrName',
  'fname',
  'filePath',
  'request',
];

function keyOf(kind: string, { vendor, product, id, fields, host }: Event): string {
  const parts = [
    kind,
    unescaped(vendor),
    unescaped(product),
    unescaped(id),
    host,
    ...SUBJECTS.map((name) => fields[name]),
  ].map((part) => part ?? '');
  return parts.slice(0, parts.findLastIndex((part) => part !== '') + 1).join('|');
}

/** `a=1 b=two words c=3`: a value ends where the next name begins. */
function pairsOf(written: string, delimiter: string): Record<string, string> {
  const parts = delimiter === ' ' ? written.split(/\s(?=[A-Za-z_][\w.-]{0,62}=)/u) : written.split(delimiter);
  return Object.fromEntries(
    parts.flatMap((part) => {
      const at = part.indexOf('=');
      const name = part.slice(0, at).trim();
      return at > 0 && name !== '' ? [[name, unescaped(part.slice(at + 1)) ?? '']] : [];
    }),
  );
}

function unescaped(value: string | undefined): string | undefined {
  return text(value?.replaceAll(/\\([|=\\])/gu, '$1').trim());
}
