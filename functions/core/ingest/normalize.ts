import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { RecordRejection } from '../errors.ts';
import type { Alert, Unclassified } from '../model/wire/alert.ts';
import { alertId, newsId } from '../model/wire/ids.ts';
import { severityId, type Severity } from '../model/wire/severity.ts';
import { severityKey, type Source } from '../model/config/source.ts';
import { dedupKey } from './dedup-key.ts';
import { REPEAT_SECONDS, type AlertDraft, type Format, type FormatContext } from './formats/format.ts';
import { isMalformed, problemOf } from './body/malformed-record.ts';
import { isDeeperThan, MAX_DEPTH } from './body/nesting.ts';
import { keepUnread } from './keep-unread.ts';
import type { RecordCheck } from './record-check.ts';
import { isFields, type Fields } from './read-fields.ts';
import { severityFromWord } from './severity-scales.ts';
import { statusFromWord } from './status-words.ts';
import { isWellFormedJson, wellFormed } from '../text/well-formed.ts';
import { withoutSecrets } from './without-secrets.ts';
import { oneCleanLine } from '../text/one-line.ts';

const MAX_TITLE_CHARACTERS = 1024;
/**
 * An alert must fit a table item (400 KB) together with its routing, and a queue message (1 MiB) together with
 * its rendered body, both compressed. Below the first number there is nothing to compress.
 */
const MAX_PLAIN_BYTES = 240_000;
const MAX_COMPRESSED_BYTES = 280_000;

/** What the alerts of one request have in common. */
type RequestFacts = {
  requestId: string;
  receivedAt: string;
  headers: Record<string, string>;
  source: Source;
  check: RecordCheck;
  tenantId: string;
  /** Somewhere in the body U+FFFD stands for bytes that were lost. */
  isRepaired: boolean;
  raw: { sha256: string; size: number; content_type?: string };
};

type Normalized = { ok: true; alert: Alert } | { ok: false; rejection: RecordRejection };

/** Reads one record with the source's format and completes it to an alert, or says why it cannot be one. */
export function normalize(record: unknown, index: number, format: Format, facts: RequestFacts): Normalized {
  if (isMalformed(record)) {
    return reject(index, 'invalid-json', problemOf(record));
  }
  if (!isFields(record)) {
    return reject(index, 'not-an-object', `the record is ${nameOf(record)}; expected a JSON object`);
  }
  if (isDeeperThan(record, MAX_DEPTH)) {
    return reject(index, 'too-deep', `the record is nested deeper than ${String(MAX_DEPTH)} levels`);
  }
  const mismatch = facts.check(record);
  if (mismatch !== undefined && facts.source.schemas?.isStrict === true && !mismatch.isSchemaBroken) {
    return reject(index, 'schema-mismatch', mismatch.detail);
  }
  const draft = readSafely(record, format, facts);
  const title = oneCleanLine(draft.title ?? '').slice(0, MAX_TITLE_CHARACTERS);
  if (title === '') {
    return reject(index, 'missing-title', titleProblem(facts.source));
  }
  const id = alertIdOf(record, index, format, facts);
  const alert = complete(draft, { id, index, title }, format, facts);
  if (facts.isRepaired && JSON.stringify(record).includes('\uFFFD')) {
    alert.unclassified = [...(alert.unclassified ?? []), REPLACED_BYTES];
  }
  if (mismatch !== undefined) {
    alert.unclassified = [
      ...(alert.unclassified ?? []),
      { code: 'schema-mismatch', detail: mismatch.detail },
    ];
  }
  const json = JSON.stringify(alert);
  if (!fits(json)) {
    return reject(
      index,
      'record-too-large',
      'the record is too large to be stored and sent, even compressed',
    );
  }
  return { ok: true, alert: isWellFormedJson(json) ? alert : (wellFormed(alert) as Alert) };
}

/** The paths of a mapping are the operator's, and hold nothing of the record. */
function titleProblem({ mapping }: Source): string {
  const path = mapping?.fields.title;
  const where = path === undefined ? '' : ` at ${path}, where the mapping of this source looks for it`;
  return `the record has no title${where}, nor a summary or message that could stand in for it; any other JSON needs format mapping with the path to its title, which "tocsin source infer" proposes from what was refused`;
}

/**
 * What the format reads once the record holds no credential any more, so that none can get into a text made of others; and
 * everything that it did not read. The key alone is taken from the record as it came: two that differ in nothing but a
 * credential are two, and the hash of a key tells nothing.
 */
function readSafely(record: Fields, format: Format, context: FormatContext): AlertDraft {
  const safe = withoutSecrets(record);
  const draft = keepUnread(safe, format.read(safe, context), format.omits);
  if (safe === record) return draft;
  const { dedup_key: key } = format.read(record, context);
  return key === undefined || key === draft.dedup_key ? draft : { ...draft, dedup_key: sha256(key) };
}

/** A record that is the same news as one before is the same alert; any other is one of its request. */
function alertIdOf(record: Fields, index: number, format: Format, facts: RequestFacts): string {
  const news = format.news?.(record);
  if (news === undefined) return alertId(facts.requestId, index);
  const sinceMs = Date.parse(news.since ?? '') || 0;
  const period = Math.floor((Date.parse(facts.receivedAt) - sinceMs) / (REPEAT_SECONDS * 1_000));
  return newsId(facts.source.id, news.state, period);
}

/**
 * Everything that an alert has and a format does not read.
 *
 * A severity such as `OK` on what is over says that it is over, and nothing about how bad it was: it counts as none.
 */
function complete(
  draft: AlertDraft,
  { id, index, title }: { id: string; index: number; title: string },
  format: Format,
  facts: RequestFacts,
): Alert {
  const { severity: onScale, severityOriginal, unknownStatus, isHandled, subjects, ...fields } = draft;
  const status = fields.status ?? 'firing';
  const saysOver = status !== 'firing' && isWordForOver(severityOriginal, onScale);
  const read = mappedSeverity(severityOriginal, facts.source) ?? (saysOver ? undefined : onScale);
  const severity = read ?? facts.source.defaultSeverity;
  const type = fields.type ?? 'alert';
  const unclassified = [
    ...(severityOriginal !== undefined && read === undefined && !saysOver
      ? [unknownSeverity(severityOriginal, severity)]
      : []),
    ...(unknownStatus === undefined ? [] : [unknownStatusOf(unknownStatus)]),
  ];
  return {
    ...fields,
    schema_version: '1',
    id,
    type,
    status,
    severity,
    severity_id: severityId(severity),
    ...(severityOriginal !== undefined && { severity_original: severityOriginal }),
    ...(status !== 'firing' && read === undefined && { is_severity_assumed: true as const }),
    ...(isHandled !== undefined && facts.source.tellsHandled !== true && { is_handled: isHandled }),
    ...(unclassified.length > 0 && { unclassified }),
    title,
    event_time: fields.event_time ?? facts.receivedAt,
    received_at: facts.receivedAt,
    source: sourceFacts(facts.source, format),
    tenant_id: facts.tenantId,
    dedup_key: dedupKey(fields, { type, title, subjects }, facts.source),
    labels: fields.labels ?? {},
    details: fields.details ?? {},
    raw: { ...facts.raw, index },
  };
}

function sourceFacts({ id, name, linkHosts = [] }: Source, format: Format): Alert['source'] {
  return { id, name, format: format.name, ...(linkHosts.length > 0 && { link_hosts: linkHosts }) };
}

/** Whether a severity was read out of a word for an end, or could not be read because it is one. */
function isWordForOver(original: string | undefined, read: Severity | undefined): boolean {
  return (
    statusFromWord(original) === 'resolved' && (read === undefined || read === severityFromWord(original))
  );
}

/** What the operator says a severity of this source means comes before every scale. */
function mappedSeverity(original: string | undefined, { severityMap }: Source): Severity | undefined {
  const word = original === undefined ? undefined : severityKey(original);
  return severityMap !== undefined && word !== undefined && Object.hasOwn(severityMap, word)
    ? severityMap[word]
    : undefined;
}

const REPLACED_BYTES: Unclassified = {
  code: 'replaced-bytes',
  detail: 'bytes that are no character in the charset of the body were replaced by U+FFFD',
};

function unknownStatusOf(word: string): Unclassified {
  return {
    code: 'unknown-status',
    detail: `the status ${JSON.stringify(word.slice(0, 60))} is not known; firing was taken`,
  };
}

function unknownSeverity(original: string, severity: Severity): Unclassified {
  return {
    code: 'unknown-severity',
    detail: `the severity ${JSON.stringify(original.slice(0, 60))} is not known; ${severity} was taken`,
  };
}

function sha256(text: string): string {
  return hash('sha256', text);
}

function fits(json: string): boolean {
  return Buffer.byteLength(json) <= MAX_PLAIN_BYTES || gzipSync(json).length <= MAX_COMPRESSED_BYTES;
}

function nameOf(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

function reject(index: number, code: RecordRejection['code'], detail: string): Normalized {
  return { ok: false, rejection: { index, code, detail } };
}
