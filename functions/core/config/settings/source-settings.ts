import * as v from 'valibot';
import { formatDuration, writeDuration } from '../duration.ts';
import {
  MAPPED_FIELDS,
  SIGNED_CONTENTS,
  SOURCE_FORMATS,
  STREAM_TYPES,
  noDataAlarmOf,
} from '../../model/config/source.ts';
import { SEVERITIES, SEVERITY_SCALES } from '../../model/wire/severity.ts';
import { readHeader, readTopics, readUsername } from '../parse-source-auth.ts';
import { readDedupBy } from '../parse-dedup-by.ts';
import { readLinkHosts } from '../parse-link-hosts.ts';
import { readMappedFields, readResolvedWords } from '../parse-mapping.ts';
import {
  describeNoDataAlarm,
  noDataAlarmView,
  readAfter,
  readCalendar,
  writeNoDataAlarm,
} from '../parse-no-data-alarm.ts';
import { readDocuments } from '../parse-schemas.ts';
import { readSeverityMap } from '../parse-severity-map.ts';
import { readDedupWindow, readEnvelope, readRateLimit, readUnwrap } from '../parse-source-limits.ts';
import { SOURCE_PRESETS } from '../source-presets.ts';
import { choice, name, reading, yesOrNo } from './schemas.ts';
import type { Source } from '../../model/config/source.ts';
import type { Condition, Settings } from './setting.ts';

type Settable = Omit<Source, 'id' | 'isEnabled' | 'createdAt' | 'updatedAt'>;

const SOURCE_AUTH_TYPES = ['shared-secret', 'hmac', 'bearer', 'basic', 'sns', 'routing-key', 'none'] as const;

const auth = (words: string, ...is: (typeof SOURCE_AUTH_TYPES)[number][]): Condition => ({
  path: 'auth.type',
  is,
  words,
});
const signed = (part: string): Condition => ({
  path: 'auth.signedContent',
  is: SIGNED_CONTENTS.filter((content) => content.includes(part)),
  words: 'hmac',
  refusal: (content) => `is not part of signed content ${content}`,
});
const MAPPING: Condition = { path: 'format', is: ['mapping'], words: 'mapping' };

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
  'auth.type': {
    schema: choice(SOURCE_AUTH_TYPES),
    options: [
      {
        flag: '--auth <type>',
        help: 'shared-secret, hmac, bearer, basic, sns, routing-key or none',
        usual: "the format's own, else bearer",
      },
    ],
  },
  'auth.header': {
    schema: v.optional(v.pipe(v.unknown(), reading(readHeader))),
    options: [{ flag: '--header <name>', help: 'header that carries the shared secret or the signature' }],
    when: [auth('', 'shared-secret', 'hmac')],
    belongsTo: 'auth.type',
  },
  'auth.algorithm': {
    schema: v.optional(choice(['sha256', 'sha1']), 'sha256'),
    options: [{ flag: '--algorithm <name>', help: 'sha256 or sha1', usual: 'sha256' }],
    when: [auth('hmac', 'hmac')],
    belongsTo: 'auth.type',
  },
  'auth.signedContent': {
    schema: v.optional(choice(SIGNED_CONTENTS), 'body'),
    options: [
      {
        flag: '--signed-content <form>',
        help: `${SIGNED_CONTENTS.slice(0, -1).join(', ')} or ${SIGNED_CONTENTS.at(-1)}`,
        usual: 'body',
      },
    ],
    when: [auth('hmac', 'hmac')],
    belongsTo: 'auth.type',
  },
  'auth.timestampHeader': {
    schema: v.optional(v.pipe(v.unknown(), reading(readHeader))),
    options: [
      {
        flag: '--timestamp-header <name>',
        help: 'header with the signed timestamp; the same as --header where that holds it as t= or timestamp=',
      },
    ],
    when: [auth('hmac', 'hmac'), signed('timestamp')],
    belongsTo: 'auth.type',
  },
  'auth.idHeader': {
    schema: v.optional(v.pipe(v.unknown(), reading(readHeader))),
    options: [{ flag: '--id-header <name>', help: 'header with the signed id' }],
    when: [auth('hmac', 'hmac'), signed('id.')],
    belongsTo: 'auth.type',
  },
  'auth.username': {
    schema: v.pipe(v.unknown(), reading(readUsername)),
    options: [{ flag: '--username <name>', help: 'the user name' }],
    when: [auth('basic', 'basic')],
    belongsTo: 'auth.type',
  },
  'auth.topics': {
    schema: v.pipe(v.unknown(), reading(readTopics)),
    options: [
      {
        flag: '--topic <arn>',
        help: 'the ARN of a topic whose messages count; may be repeated, and replaces the list',
        takes: 'several',
      },
    ],
    when: [auth('sns', 'sns')],
    belongsTo: 'auth.type',
  },
  streamType: {
    schema: v.optional(choice(STREAM_TYPES), 'auto'),
    options: [
      {
        flag: '--stream <type>',
        help: 'how records follow each other: auto, json, json-array or lines',
        usual: 'auto',
      },
    ],
    json: { key: 'stream_type', of: ({ streamType }) => streamType },
    line: {
      label: 'records',
      of: ({ streamType, envelope }) => `${streamType}${envelope === undefined ? '' : ` in ${envelope}`}`,
    },
  },
  envelope: {
    schema: v.optional(v.pipe(v.unknown(), reading(readEnvelope))),
    options: [
      {
        flag: '--envelope <path>',
        help: 'path to the array of records inside an object, such as detail.findings',
      },
    ],
    // An empty path takes the envelope away; nothing else could say so.
    none: '',
    json: { key: 'envelope', of: ({ envelope }) => envelope ?? null },
  },
  unwrap: {
    schema: v.optional(v.pipe(v.unknown(), reading(readUnwrap))),
    options: [
      {
        flag: '--unwrap <base64json:path>',
        help: 'where a push envelope holds the record as JSON in base64, such as base64json:message.data for Pub/Sub',
      },
    ],
    none: '',
    json: { key: 'unwrap', of: ({ unwrap }) => unwrap ?? null },
  },
  'mapping.fields': {
    schema: v.optional(v.pipe(v.unknown(), reading(readMappedFields)), {}),
    options: [
      {
        flag: '--map <field=path>',
        path: 'mapping',
        help: `where a field stands, such as title=alert.name; may be repeated; fields: ${MAPPED_FIELDS.join(', ')}`,
        takes: 'several',
      },
    ],
    when: [MAPPING],
    json: {
      key: 'mapping',
      of: ({ mapping }) =>
        mapping === undefined
          ? null
          : {
              fields: mapping.fields,
              severity_scale: mapping.severityScale,
              resolved_when: mapping.resolvedWhen,
            },
    },
  },
  'mapping.severityScale': {
    schema: v.optional(choice(SEVERITY_SCALES), 'words'),
    options: [
      {
        flag: '--severity-scale <scale>',
        help: `how severities read: ${SEVERITY_SCALES.join(', ')}`,
        usual: 'words',
      },
    ],
    when: [MAPPING],
  },
  'mapping.resolvedWhen': {
    schema: v.optional(v.pipe(v.unknown(), reading(readResolvedWords)), []),
    options: [
      {
        flag: '--resolved-when <words>',
        help: 'values of status that mean that it is over, such as closed,resolved',
        takes: 'commas',
      },
    ],
    when: [MAPPING],
  },
  severityMap: {
    schema: v.optional(v.pipe(v.unknown(), reading(readSeverityMap))),
    options: [
      {
        flag: '--severity-map <value=severity>',
        help: "what the sender's severities mean, before any scale, such as P1=critical,urgent=high; joins what there is; none takes it away",
        takes: 'commas',
      },
    ],
    json: { key: 'severity_map', of: ({ severityMap }) => severityMap ?? {} },
  },
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
        help: 'tell as new also what somebody has handled, as the sender says (workflow of Security Hub)',
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
