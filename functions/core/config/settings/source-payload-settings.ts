import * as v from 'valibot';
import { MAPPED_FIELDS, type Source, STREAM_TYPES } from '../../model/config/source.ts';
import { SEVERITY_SCALES } from '../../model/wire/severity.ts';
import { readMappedFields, readResolvedWords } from '../parse-mapping.ts';
import { readSeverityMap } from '../parse-severity-map.ts';
import { readEnvelope, readUnwrap } from '../parse-source-limits.ts';
import { choice, reading } from './schemas.ts';
import type { Condition, Settings } from './setting.ts';

type Payload = Pick<Source, 'streamType' | 'envelope' | 'unwrap' | 'mapping' | 'severityMap'>;

const MAPPING: Condition = { path: 'format', is: ['mapping'], words: 'mapping' };

/** Where a source's records stand in a body, and how they read. */
export const SOURCE_PAYLOAD_SETTINGS = {
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
} as const satisfies Settings<Payload>;
