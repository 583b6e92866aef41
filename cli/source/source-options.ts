import { SOURCE_PRESETS } from '../../functions/core/config/source-presets.ts';
import { MAPPED_FIELDS } from '../../functions/core/model/config/source.ts';
import { SEVERITY_SCALES } from '../../functions/core/model/wire/severity.ts';
import { FORMATS } from '../../functions/core/ingest/formats/index.ts';
import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import { schemaProblem } from '../../functions/core/ingest/check-schema.ts';
import { collected, collectedList } from '../command.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { Command } from 'commander';

/** What the options of `source create` and `source update` say about a source. */
export type SourceOptions = {
  name?: string;
  preset?: string;
  format?: string;
  auth?: string;
  header?: string;
  algorithm?: string;
  username?: string;
  topic?: string[];
  signedContent?: string;
  timestampHeader?: string;
  idHeader?: string;
  stream?: string;
  envelope?: string;
  map?: string[];
  severityScale?: string;
  resolvedWhen?: string[];
  severityMap?: string[];
  defaultSeverity?: string;
  dedupWindow?: string;
  rateLimit?: string;
  schema?: string[] | false;
  strict?: boolean;
  noDataAlarm?: string;
  noDataCalendar?: string;
  iUnderstandAnyoneCanPost?: boolean;
};

/** Which option sets a field, for messages. */
export const SOURCE_FLAGS = {
  name: '--name',
  preset: '--preset',
  format: '--format',
  'auth.type': '--auth',
  'auth.header': '--header',
  'auth.algorithm': '--algorithm',
  'auth.username': '--username',
  'auth.topics': '--topic',
  'auth.signedContent': '--signed-content',
  'auth.timestampHeader': '--timestamp-header',
  'auth.idHeader': '--id-header',
  streamType: '--stream',
  envelope: '--envelope',
  mapping: '--map',
  'mapping.fields': '--map',
  ...Object.fromEntries(MAPPED_FIELDS.map((field) => [`mapping.fields.${field}`, `--map ${field}`])),
  'mapping.severityScale': '--severity-scale',
  'mapping.resolvedWhen': '--resolved-when',
  severityMap: '--severity-map',
  defaultSeverity: '--default-severity',
  dedupWindow: '--dedup-window',
  rateLimit: '--rate-limit',
  schemas: '--schema',
  strict: '--strict',
  noDataAlarm: '--no-data-alarm',
  noDataCalendar: '--no-data-calendar',
  secret: '--secret-stdin',
};

/** A shared secret needs some header; this one is as good as any. */
const SHARED_SECRET_HEADER = 'x-tocsin-secret';

/** Adds the options; `defaults` says whether help names what applies when one is left out. */
export function addSourceOptions(command: Command, { defaults }: { defaults: boolean }): void {
  const unless = (text: string): string => (defaults ? ` (default: ${text})` : '');
  command
    .option('--name <name>', `what you call it${defaults ? ' (required)' : ''}`)
    .option(
      '--format <format>',
      `shape of its payloads: ${FORMATS.map((format) => format.name).join(', ')}${unless('generic')}`,
    )
    .option(
      '--preset <vendor>',
      `how a vendor signs, and how its payloads read: ${SOURCE_PRESETS.map((preset) => preset.name).join(', ')}`,
    )
    .option(
      '--auth <type>',
      `shared-secret, hmac, bearer, basic, sns, routing-key or none${unless("the format's own, else bearer")}`,
    )
    .option('--header <name>', 'header that carries the shared secret or the signature')
    .option('--algorithm <name>', `hmac: sha256 or sha1${unless('sha256')}`)
    .option(
      '--signed-content <form>',
      `hmac: body, timestamp.body, timestamp:body, timestampbody, v0:timestamp:body or id.timestamp.body${unless('body')}`,
    )
    .option(
      '--timestamp-header <name>',
      'hmac: header with the signed timestamp; the same as --header where that holds it as t= or timestamp=',
    )
    .option('--id-header <name>', 'hmac: header with the signed id')
    .option('--username <name>', 'basic: the user name')
    .option(
      '--topic <arn>',
      'sns: the ARN of a topic whose messages count; may be repeated, and replaces the list',
      collected,
    )
    .option(
      '--stream <type>',
      `how records follow each other: auto, json, json-array or lines${unless('auto')}`,
    )
    .option('--envelope <path>', 'path to the array of records inside an object, such as detail.findings')
    .option(
      '--map <field=path>',
      `mapping: where a field stands, such as title=alert.name; may be repeated; fields: ${MAPPED_FIELDS.join(', ')}`,
      collected,
    )
    .option(
      '--severity-scale <scale>',
      `mapping: how severities read: ${SEVERITY_SCALES.join(', ')}${unless('words')}`,
    )
    .option(
      '--resolved-when <words>',
      'mapping: values of status that mean that it is over, such as closed,resolved',
      collectedList,
    )
    .option(
      '--severity-map <value=severity>',
      "what the sender's severities mean, before any scale, such as P1=critical,urgent=high; joins what there is; none takes it away",
      collectedList,
    )
    .option('--default-severity <severity>', `for alerts that come without one${unless('medium')}`)
    .option('--dedup-window <duration>', `how long a repeated request is recognised, up to 7d${unless('1d')}`)
    .option(
      '--rate-limit <number>',
      `alerts per minute that are let in${unless('6000; 60 with --auth none')}`,
    )
    .option(
      '--schema <file>',
      'JSON Schema that its records should match; may be repeated, then one of them is enough',
      collectedFile,
    )
    .option('--strict', 'refuse records that match no schema, instead of marking them')
    .addOption(
      startingWithNo(
        '--no-data-alarm <duration>',
        `how long it may be silent before that is an alert, 15m to 30d, or off${unless('24h')}`,
      ),
    )
    .addOption(
      startingWithNo(
        '--no-data-calendar <hours>',
        "when it is expected to send, such as 'mon-fri 08:00-18:00 Europe/Berlin', or always; silence outside does not count",
      ),
    )
    .option('--i-understand-anyone-can-post', 'needed for --auth none');
}

/** Two `--schema` are two; after a `--no-schema` on the same line they start afresh. */
function collectedFile(value: string, earlier: string[] | boolean | undefined): string[] {
  return [...(Array.isArray(earlier) ? earlier : []), value];
}

/**
 * The schemas of the files, each tried once; what is wrong with one joins the problems.
 *
 * @returns undefined when no option says anything about schemas, an empty list to take them away.
 */
async function readSchemaFiles(
  files: string[] | false | undefined,
  problems: Problem[],
): Promise<string[] | undefined> {
  if (files === undefined) return undefined;
  const schemas: string[] = [];
  for (const file of files === false ? [] : files) {
    try {
      const text = await readFile(file, 'utf8');
      const parsed: unknown = JSON.parse(text);
      const problem =
        typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
          ? schemaProblem(text)
          : undefined;
      if (problem !== undefined) problems.push({ path: 'schemas', message: `${file}: ${problem}` });
      schemas.push(text);
    } catch (error) {
      const isJson = !(error instanceof SyntaxError);
      const why = isJson
        ? `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`
        : 'is not JSON';
      problems.push({ path: 'schemas', message: `${file} ${why}` });
    }
  }
  return schemas;
}

/** Commander takes `--no-x` for the opposite of `--x`; these two only begin like that. */
function startingWithNo(flags: string, description: string): Option {
  const option = new Option(flags, description);
  option.negate = false;
  return option;
}

/** What parseSource takes; what the command line alone can get wrong joins the problems. */
export async function sourceInput(
  options: SourceOptions,
  problems: Problem[],
): Promise<Record<string, unknown>> {
  const auth = {
    type: options.auth,
    header: options.header ?? (options.auth === 'shared-secret' ? SHARED_SECRET_HEADER : undefined),
    algorithm: options.algorithm,
    username: options.username,
    topics: options.topic,
    signedContent: options.signedContent,
    timestampHeader: options.timestampHeader,
    idHeader: options.idHeader,
  };
  return {
    name: options.name,
    preset: options.preset,
    format: options.format,
    auth: Object.values(auth).every((value) => value === undefined) ? undefined : auth,
    streamType: options.stream,
    envelope: options.envelope,
    mapping: mappingFrom(options, problems),
    severityMap: severityMapFrom(options.severityMap, problems),
    defaultSeverity: options.defaultSeverity,
    dedupWindow: options.dedupWindow,
    rateLimit: options.rateLimit,
    schemas: await readSchemaFiles(options.schema, problems),
    strict: options.strict,
    noDataAlarm: options.noDataAlarm,
    noDataCalendar: options.noDataCalendar,
    anyoneCanPost: options.iUnderstandAnyoneCanPost,
  };
}

function mappingFrom(options: SourceOptions, problems: Problem[]): object | undefined {
  const { map, severityScale, resolvedWhen } = options;
  if (map === undefined && severityScale === undefined && resolvedWhen === undefined) return undefined;
  const fields: Record<string, string> = {};
  for (const entry of map ?? []) {
    const [field = '', ...rest] = entry.split('=');
    const path = rest.join('=');
    if (field === '' || path === '' || Object.hasOwn(fields, field)) {
      const problem = Object.hasOwn(fields, field) ? 'is there twice' : 'is no mapping; expected field=path';
      problems.push({ path: 'mapping.fields', message: `${JSON.stringify(entry)} ${problem}` });
    } else fields[field] = path;
  }
  return { fields, severityScale, resolvedWhen };
}

/** @returns undefined when no option says anything, an empty map for `--severity-map none`. */
function severityMapFrom(entries: string[] | undefined, problems: Problem[]): object | undefined {
  if (entries === undefined) return undefined;
  const given = entries.filter((entry) => entry !== '');
  if (given.length === 1 && given[0] === 'none') return {};
  const map = new Map<string, string>();
  for (const entry of given) {
    const at = entry.lastIndexOf('=');
    const word = entry.slice(0, Math.max(0, at)).trim();
    if (word === '' || map.has(word)) {
      const problem = map.has(word) ? 'is there twice' : 'is no map; expected value=severity';
      problems.push({ path: 'severityMap', message: `${JSON.stringify(entry)} ${problem}` });
    } else
      map.set(
        word,
        entry
          .slice(at + 1)
          .trim()
          .toLowerCase(),
      );
  }
  return Object.fromEntries(map);
}
