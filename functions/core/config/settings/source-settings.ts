import * as v from 'valibot';
import { noDataAlarmOf, type Source, SOURCE_FORMATS } from '../../model/config/source.ts';
import { SEVERITIES } from '../../model/wire/severity.ts';
import { formatDuration, writeDuration } from '../duration.ts';
import { readDedupBy } from '../parse-dedup-by.ts';
import { readLinkHosts } from '../parse-link-hosts.ts';
import {
  describeNoDataAlarm,
  noDataAlarmView,
  readAfter,
  readCalendar,
  writeNoDataAlarm,
} from '../parse-no-data-alarm.ts';
import { readDocuments } from '../parse-schemas.ts';
import { readDedupWindow, readRateLimit } from '../parse-source-limits.ts';
import { SOURCE_PRESETS } from '../source-presets.ts';
import { choice, name, reading, yesOrNo } from './schemas.ts';
import type { Settings } from './setting.ts';
import { SOURCE_AUTH_SETTINGS } from './source-auth-settings.ts';
import { SOURCE_PAYLOAD_SETTINGS } from './source-payload-settings.ts';

type Settable = Omit<Source, 'id' | 'isEnabled' | 'createdAt' | 'updatedAt'>;

/** What an operator decides about a source. */
export const SOURCE_SETTINGS = {
  name: {
    schema: name,
    options: [{ flag: '--name <name>', help: 'what you call it', isRequired: true }],
  },
  preset: {
    schema: v.optional(choice(SOURCE_PRESETS.map((preset) => preset.name))),
    options: [
      {
        flag: '--preset <vendor>',
        help: `how a vendor signs, and how its payloads read: ${SOURCE_PRESETS.map((preset) => preset.name).join(', ')}`,
      },
    ],
  },
  format: {
    schema: v.optional(choice(SOURCE_FORMATS), 'generic'),
    options: [
      {
        flag: '--format <format>',
        help: `shape of its payloads: ${SOURCE_FORMATS.join(', ')}`,
        usual: 'generic',
      },
    ],
    json: { key: 'format', of: ({ format }) => format },
  },
  ...SOURCE_AUTH_SETTINGS,
  ...SOURCE_PAYLOAD_SETTINGS,
  linkHosts: {
    schema: v.optional(v.pipe(v.unknown(), reading(readLinkHosts))),
    options: [
      {
        flag: '--link-host <host>',
        help: "a host that mails about its alerts may link to, beside the vendor's own; *.example.com is every name below; may be repeated, and replaces the list; none empties it",
        takes: 'several',
      },
    ],
    json: { key: 'link_hosts', of: ({ linkHosts }) => linkHosts ?? [] },
    line: { label: 'links to', of: ({ linkHosts }) => linkHosts?.join(', ') },
  },
  defaultSeverity: {
    schema: v.optional(choice(SEVERITIES), 'medium'),
    options: [
      {
        flag: '--default-severity <severity>',
        help: 'for alerts that come without one',
        usual: 'medium',
      },
    ],
    json: { key: 'default_severity', of: ({ defaultSeverity }) => defaultSeverity },
    line: {
      label: 'severity',
      of: ({ defaultSeverity }) => `${defaultSeverity} when an alert has none`,
    },
  },
  dedupWindow: {
    schema: v.pipe(v.unknown(), reading(readDedupWindow)),
    options: [
      {
        flag: '--dedup-window <duration>',
        help: 'how long a repeated request is recognised, up to 7d',
        usual: '1d',
      },
    ],
    written: ({ dedupWindowSeconds }) => writeDuration(dedupWindowSeconds),
    json: { key: 'dedup_window_seconds', of: ({ dedupWindowSeconds }) => dedupWindowSeconds },
    line: {
      label: 'repetitions',
      of: ({ dedupWindowSeconds }) => `recognised for ${formatDuration(dedupWindowSeconds)}`,
    },
  },
  dedupBy: {
    schema: v.optional(v.pipe(v.unknown(), reading(readDedupBy))),
    options: [
      {
        flag: '--dedup-by <fields>',
        help: 'fields of an alert that make two of them the same finding, such as type,labels.account,resources.0.id; none for the key of the sender',
        takes: 'commas',
        usual: "the sender's key",
      },
    ],
    json: { key: 'dedup_by', of: ({ dedupBy }) => dedupBy ?? [] },
    line: {
      label: 'same finding',
      of: ({ dedupBy }) => (dedupBy === undefined ? undefined : `by ${dedupBy.join(', ')}`),
    },
  },
  tellsHandled: {
    schema: v.optional(yesOrNo),
    options: [
      {
        flag: '--tell-handled',
        help: 'tell as new also what somebody has handled, as the sender says (workflow of Security Hub, status of OCSF)',
      },
      { flag: '--no-tell-handled', help: 'do not tell as new what somebody has handled', only: 'update' },
    ],
    json: { key: 'tells_handled', of: ({ tellsHandled }) => tellsHandled === true },
    line: {
      label: 'handled',
      of: ({ tellsHandled }) => (tellsHandled === true ? 'told as new all the same' : undefined),
    },
  },
  rateLimit: {
    schema: v.optional(v.pipe(v.unknown(), reading(readRateLimit))),
    options: [
      {
        flag: '--rate-limit <number>',
        help: 'alerts per minute that are let in',
        usual: '6000; 60 with --auth none',
      },
    ],
    written: ({ rateLimit }) => rateLimit?.perMinute,
  },
  schemas: {
    schema: v.optional(v.pipe(v.unknown(), reading(readDocuments))),
    options: [
      {
        flag: '--schema <file>',
        help: 'JSON Schema that its records should match; may be repeated, then one of them is enough',
        takes: 'several',
      },
      { flag: '--no-schema', help: 'take every record as it is again', only: 'update' },
    ],
    written: ({ schemas }) => schemas?.documents,
    json: {
      key: 'schemas',
      of: ({ schemas }) => (schemas?.documents ?? []).map((text): unknown => JSON.parse(text)),
    },
    line: { label: 'schemas', of: describeSchemas },
  },
  strict: {
    schema: v.optional(yesOrNo),
    options: [
      { flag: '--strict', help: 'refuse records that match no schema, instead of marking them' },
      { flag: '--no-strict', help: 'deliver and mark records that match no schema', only: 'update' },
    ],
    written: ({ schemas }) => schemas?.isStrict,
    json: { key: 'is_strict', of: ({ schemas }) => schemas?.isStrict ?? false },
  },
  noDataAlarm: {
    schema: v.pipe(v.unknown(), reading(readAfter)),
    options: [
      {
        flag: '--no-data-alarm <duration>',
        help: 'how long it may be silent before that is an alert, 15m to 30d, or off',
        usual: '24h',
      },
    ],
    written: (source) => writeNoDataAlarm(noDataAlarmOf(source)).noDataAlarm,
    json: { key: 'no_data_alarm', of: (source) => noDataAlarmView(noDataAlarmOf(source)) },
    line: { label: 'no-data alarm', of: (source) => describeNoDataAlarm(noDataAlarmOf(source)) },
  },
  noDataCalendar: {
    schema: v.optional(v.pipe(v.unknown(), reading(readCalendar))),
    options: [
      {
        flag: '--no-data-calendar <hours>',
        help: "when it is expected to send, such as 'mon-fri 08:00-18:00 Europe/Berlin', or always; silence outside does not count",
      },
    ],
    written: (source) => writeNoDataAlarm(noDataAlarmOf(source)).noDataCalendar,
  },
  anyoneCanPost: {
    schema: v.optional(yesOrNo),
    options: [{ flag: '--i-understand-anyone-can-post', help: 'needed for --auth none' }],
    written: ({ auth: { type } }) => (type === 'none' ? true : undefined),
  },
  secret: {
    isSecret: true,
    options: [
      {
        flag: '--secret-stdin',
        help: 'read the secret that the sender dictates from standard input',
        only: 'create',
      },
    ],
  },
} as const satisfies Settings<Settable>;

function describeSchemas({ schemas }: Settable): string {
  if (schemas === undefined) return 'none';
  const count = schemas.documents.length;
  return `${count === 1 ? 'one' : `one of ${count}`}; records that do not match are ${schemas.isStrict ? 'refused' : 'marked'}`;
}
