import { SEVERITIES } from '../model/wire/severity.ts';
import { SIGNED_CONTENTS, STREAM_TYPES } from '../model/config/source.ts';
import { readTopicArn } from '../model/config/sns-topic.ts';
import { DURATION_EXAMPLES, parseDuration } from './duration.ts';
import { headerNameProblem, isReservedForTransport } from './header-rules.ts';
import { readMapping } from './parse-mapping.ts';
import { readNoDataAlarm } from './parse-no-data-alarm.ts';
import { readSchemas } from './parse-schemas.ts';
import { readSeverityMap } from './parse-severity-map.ts';
import { SOURCE_PRESETS, type SourcePreset } from './source-presets.ts';
import { quoted, readChoice, readFields, readName } from './problem.ts';
import type { Source, SourceAuth } from '../model/config/source.ts';
import type { Fields, Parsed, Problem } from './problem.ts';

/** What an operator decides about a source; the rest is given by the gateway. */
export type SourceSettings = Omit<Source, 'id' | 'isEnabled' | 'createdAt' | 'updatedAt'>;

/** A format that a source can have, and how its senders authenticate when nobody says otherwise. */
type SourceFormat = {
  name: string;
  preset?: { auth: SourceAuth };
  comesOverSns?: true;
  holdsRoutingKey?: true;
};

const SOURCE_FIELDS = [
  'name',
  'preset',
  'format',
  'auth',
  'streamType',
  'envelope',
  'mapping',
  'defaultSeverity',
  'severityMap',
  'dedupWindow',
  'rateLimit',
  'schemas',
  'strict',
  'noDataAlarm',
  'noDataCalendar',
  'anyoneCanPost',
] as const;

const AUTH_TYPES = ['shared-secret', 'hmac', 'bearer', 'basic', 'sns', 'routing-key', 'none'] as const;
/** Which fields of `auth` mean something, by its type. */
const AUTH_FIELDS: Record<SourceAuth['type'], readonly string[]> = {
  'shared-secret': ['header'],
  hmac: ['header', 'algorithm', 'signedContent', 'timestampHeader', 'idHeader'],
  bearer: [],
  basic: ['username'],
  sns: ['topics'],
  'routing-key': [],
  none: [],
};

const MAX_DEDUP_SECONDS = 7 * 86_400;
const MAX_TOPICS = 50;
const MAX_PER_MINUTE = 1_000_000;
const MAX_ENVELOPE_LENGTH = 256;

/**
 * The settings of a source from what an operator wrote, with every problem and its path.
 *
 * Shape: `{name, preset?: 'stripe', format, auth?: {type, header?, …}, streamType?, envelope?, mapping?: {fields, …},
 * severityMap?: {p1: 'critical'}, defaultSeverity?,
 * dedupWindow?: '24h', rateLimit?: 600, noDataAlarm?: '24h' | 'off', noDataCalendar?: 'mon-fri 08:00-18:00 Europe/Berlin',
 * schemas?: ['{"required":["id"]}'], strict?: true, anyoneCanPost?: true}`. Without `auth` the format's preset applies, and bearer where it has none.
 * A preset stands for the auth of a vendor, and for a mapping of its payloads where nobody names a format.
 */
export function parseSource(input: unknown, formats: readonly SourceFormat[]): Parsed<SourceSettings> {
  const problems: Problem[] = [];
  const fields = readFields(input, '', SOURCE_FIELDS, problems);
  const formatNames = formats.map((format) => format.name);
  const name = readName(fields['name'], 'name', problems);
  const preset = readPreset(fields['preset'], problems);
  const usual = preset?.mapping === undefined ? 'generic' : 'mapping';
  const format = readChoice(fields['format'], formatNames, 'format', problems, usual);
  const chosen = formats.find((known) => known.name === format);
  const auth = readAuth(fields['auth'], preset?.auth ?? chosen?.preset?.auth, problems);
  if (auth?.type === 'sns' && chosen !== undefined && chosen.comesOverSns !== true) {
    const names = formats.filter(({ comesOverSns }) => comesOverSns === true).map((known) => known.name);
    problems.push({
      path: 'auth.type',
      message: `sns means nothing with format ${chosen.name}; expected one of ${names.join(', ')}`,
    });
  }
  if (auth?.type === 'routing-key' && chosen !== undefined && chosen.holdsRoutingKey !== true) {
    const names = formats
      .filter(({ holdsRoutingKey }) => holdsRoutingKey === true)
      .map((known) => known.name);
    problems.push({
      path: 'auth.type',
      message: `routing-key means nothing with format ${chosen.name}; expected ${names.join(', ')}`,
    });
  }
  if (auth?.type === 'none' && fields['anyoneCanPost'] !== true) {
    problems.push({
      path: 'auth.type',
      message: 'none lets anyone who knows the url post alerts; say so with --i-understand-anyone-can-post',
    });
  }
  const streamType = readChoice(fields['streamType'], STREAM_TYPES, 'streamType', problems, 'auto');
  const severity = readChoice(fields['defaultSeverity'], SEVERITIES, 'defaultSeverity', problems, 'medium');
  const severityMap = readSeverityMap(fields['severityMap'], problems);
  const envelope = readEnvelope(fields['envelope'], problems);
  const mapping =
    readMapping(fields['mapping'], problems) ?? (format === 'mapping' ? preset?.mapping : undefined);
  if (mapping !== undefined && format !== undefined && format !== 'mapping') {
    problems.push({ path: 'mapping', message: `means nothing with format ${format}; use format mapping` });
  }
  const hasBadTitle = problems.some(({ path }) => path === 'mapping.fields.title');
  if (format === 'mapping' && mapping?.fields.title === undefined && !hasBadTitle) {
    problems.push({ path: 'mapping.fields', message: 'format mapping needs the path to a title' });
  }
  const dedupWindowSeconds = readDedupWindow(fields['dedupWindow'], problems);
  const perMinute = readRateLimit(fields['rateLimit'], problems);
  const schemas = readSchemas(fields['schemas'], fields['strict'], problems);
  const noDataAlarm = readNoDataAlarm(fields['noDataAlarm'], fields['noDataCalendar'], problems);
  if (problems.length > 0 || !format || !auth || !streamType || !severity) return { ok: false, problems };
  return {
    ok: true,
    value: {
      name,
      format,
      auth,
      streamType,
      ...(envelope !== undefined && { envelope }),
      ...(mapping !== undefined && { mapping }),
      ...(severityMap !== undefined && { severityMap }),
      defaultSeverity: severity,
      dedupWindowSeconds,
      ...(perMinute !== undefined && { rateLimit: { perMinute } }),
      ...(schemas !== undefined && { schemas }),
      noDataAlarm,
    },
  };
}

function readPreset(value: unknown, problems: Problem[]): SourcePreset | undefined {
  if (value === undefined) return undefined;
  const names = SOURCE_PRESETS.map((preset) => preset.name);
  const name = readChoice(value, names, 'preset', problems);
  return SOURCE_PRESETS.find((preset) => preset.name === name);
}

function readAuth(
  input: unknown,
  preset: SourceAuth | undefined,
  problems: Problem[],
): SourceAuth | undefined {
  if (input === undefined && preset?.type !== 'sns') return preset ?? { type: 'bearer' };
  const known = ['type', ...new Set(Object.values(AUTH_FIELDS).flat())];
  const given = readFields(input ?? {}, 'auth', known, problems);
  const type = readChoice(given['type'], AUTH_TYPES, 'auth.type', problems, preset?.type ?? 'bearer');
  if (type === undefined) return undefined;
  for (const field of Object.keys(given)) {
    if (field !== 'type' && !AUTH_FIELDS[type].includes(field)) {
      problems.push({ path: `auth.${field}`, message: `means nothing with auth ${type}; leave it out` });
    }
  }
  // What the operator says wins over the preset, field by field, as long as both mean the same kind of proof.
  const fields: Fields = preset?.type === type ? { ...preset, ...given } : given;
  if (type === 'hmac') return readHmac(fields, problems);
  if (type === 'shared-secret')
    return { type, header: readHeader(fields['header'], 'header', type, problems) };
  if (type === 'basic') return { type, username: readUsername(fields['username'], problems) };
  if (type === 'sns') return { type, topics: readTopics(fields['topics'], problems) };
  return { type };
}

function readHmac(fields: Fields, problems: Problem[]): SourceAuth {
  const header = readHeader(fields['header'], 'header', 'hmac', problems);
  const algorithm = readChoice(
    fields['algorithm'],
    ['sha256', 'sha1'] as const,
    'auth.algorithm',
    problems,
    'sha256',
  );
  const signed = readChoice(fields['signedContent'], SIGNED_CONTENTS, 'auth.signedContent', problems, 'body');
  const needs = { timestampHeader: signed?.includes('timestamp'), idHeader: signed?.startsWith('id.') };
  const headers: { timestampHeader?: string; idHeader?: string } = {};
  for (const field of ['timestampHeader', 'idHeader'] as const) {
    if (needs[field]) headers[field] = readHeader(fields[field], field, `signed content ${signed}`, problems);
    else if (fields[field] !== undefined) {
      problems.push({ path: `auth.${field}`, message: `is not part of signed content ${signed ?? 'body'}` });
    }
  }
  return {
    type: 'hmac',
    header,
    algorithm: algorithm ?? 'sha256',
    signedContent: signed ?? 'body',
    ...headers,
  };
}

function readHeader(value: unknown, field: string, why: string, problems: Problem[]): string {
  const path = `auth.${field}`;
  if (typeof value !== 'string' || value === '') {
    problems.push({ path, message: `missing; ${why} needs the name of the header that carries it` });
    return '';
  }
  const problem = headerNameProblem(value);
  if (problem !== undefined) problems.push({ path, message: `${quoted(value)} ${problem}` });
  else if (isReservedForTransport(value)) {
    problems.push({ path, message: `${quoted(value)} belongs to HTTP itself; choose another header` });
  }
  // Names of headers arrive in lower case, and are looked up so.
  return value.toLowerCase();
}

function readUsername(value: unknown, problems: Problem[]): string {
  const path = 'auth.username';
  if (typeof value !== 'string' || value === '') {
    problems.push({ path, message: 'missing; basic needs the user name that the sender uses' });
    return '';
  }
  // RFC 7617, section 2: user-id and password are split at the first colon.
  if (value.includes(':')) problems.push({ path, message: `${quoted(value)} contains a colon` });
  else if (/\p{Cc}/u.test(value) || value.length > 128) {
    problems.push({ path, message: 'must be at most 128 characters without control characters' });
  }
  return value;
}

/** The topics whose messages count: anyone can have one that SNS signs for, so a list is required. */
function readTopics(value: unknown, problems: Problem[]): string[] {
  const path = 'auth.topics';
  const topics = Array.isArray(value) ? [...new Set(value.map(String))] : [];
  if (topics.length === 0) {
    problems.push({
      path,
      message:
        'missing; sns needs the ARN of each topic that may send, as arn:aws:sns:eu-central-1:111122223333:alarms',
    });
  } else if (topics.length > MAX_TOPICS) {
    problems.push({ path, message: `has ${topics.length} topics; expected at most ${MAX_TOPICS}` });
  }
  for (const topic of topics) {
    const read = readTopicArn(topic);
    if (read === undefined) {
      problems.push({
        path,
        message: `${quoted(topic)} is not the ARN of a topic; expected arn:aws:sns:<region>:<account>:<name>`,
      });
    } else if (read.isFifo) {
      problems.push({ path, message: `${quoted(topic)} is a FIFO topic, which SNS sends to no URL` });
    }
  }
  return topics;
}

function readEnvelope(value: unknown, problems: Problem[]): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length <= MAX_ENVELOPE_LENGTH && /^[^.\s]+(\.[^.\s]+)*$/.test(value))
    return value;
  problems.push({
    path: 'envelope',
    message: `${quoted(value)} is not a path; expected for example Records or detail.findings`,
  });
  return undefined;
}

function readDedupWindow(value: unknown, problems: Problem[]): number {
  if (value === undefined) return 86_400;
  const seconds = typeof value === 'string' ? parseDuration(value) : undefined;
  if (seconds !== undefined && seconds >= 1 && seconds <= MAX_DEDUP_SECONDS) return seconds;
  problems.push({
    path: 'dedupWindow',
    message: `${quoted(value)} is not a duration between 1s and 7d; ${DURATION_EXAMPLES}`,
  });
  return 0;
}

/** Alerts per minute; undefined leaves it to the default of the source's auth. */
function readRateLimit(value: unknown, problems: Problem[]): number | undefined {
  if (value === undefined) return undefined;
  const perMinute = typeof value === 'string' && /^\d{1,7}$/.test(value) ? Number(value) : value;
  if (
    typeof perMinute === 'number' &&
    Number.isInteger(perMinute) &&
    perMinute >= 1 &&
    perMinute <= MAX_PER_MINUTE
  )
    return perMinute;
  problems.push({
    path: 'rateLimit',
    message: `${quoted(value)} is not a number of alerts per minute between 1 and ${MAX_PER_MINUTE}`,
  });
  return undefined;
}
