import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { RecordRejection } from '../errors.ts';
import type { Alert, Unclassified } from '../model/alert.ts';
import { alertId } from '../model/ids.ts';
import { severityId, type Severity } from '../model/severity.ts';
import type { Source } from '../model/source.ts';
import { schemaMismatch } from './check-schema.ts';
import type { AlertDraft, Format, FormatContext } from './formats/format.ts';
import { isMalformed, problemOf } from './malformed-record.ts';
import { isDeeperThan, MAX_DEPTH } from './nesting.ts';
import { isFields } from './read-fields.ts';
import { isWellFormedJson, wellFormed } from './well-formed.ts';

const MAX_TITLE_CHARACTERS = 1024;
const MAX_DEDUP_KEY_CHARACTERS = 255;
/**
 * An alert must fit a table item (400 KB) together with its routing, and a queue message (1 MiB) together with
 * its rendered body, both compressed. Below the first number there is nothing to compress.
 */
const MAX_PLAIN_BYTES = 240_000;
const MAX_COMPRESSED_BYTES = 280_000;

/** What the alerts of one request have in common. */
export type RequestFacts = {
  requestId: string;
  receivedAt: string;
  source: Source;
  tenantId: string;
  raw: { sha256: string; size: number; content_type?: string };
};

export type Normalized = { ok: true; alert: Alert } | { ok: false; rejection: RecordRejection };

/** Reads one record with the source's format and completes it to an alert, or says why it cannot be one. */
export function normalize(
  record: unknown,
  index: number,
  format: Format,
  context: FormatContext,
  facts: RequestFacts,
): Normalized {
  if (isMalformed(record)) {
    return reject(index, 'invalid-json', problemOf(record));
  }
  if (!isFields(record)) {
    return reject(index, 'not-an-object', `the record is ${nameOf(record)}; expected a JSON object`);
  }
  if (isDeeperThan(record, MAX_DEPTH)) {
    return reject(index, 'too-deep', `the record is nested deeper than ${String(MAX_DEPTH)} levels`);
  }
  const { schemas } = facts.source;
  const mismatch = schemas === undefined ? undefined : schemaMismatch(record, schemas);
  if (mismatch !== undefined && schemas?.isStrict === true && !mismatch.isSchemaBroken) {
    return reject(index, 'schema-mismatch', mismatch.detail);
  }
  const draft = format.read(record, context);
  const title = oneLine(draft.title ?? '').slice(0, MAX_TITLE_CHARACTERS);
  if (title === '') {
    return reject(index, 'missing-title', titleProblem(facts.source));
  }
  const alert = complete({ ...draft, title }, index, format, facts);
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
  return `the record has no title${where}, nor a summary or message that could stand in for it`;
}

function complete(
  draft: AlertDraft & { title: string },
  index: number,
  format: Format,
  facts: RequestFacts,
): Alert {
  const { severity: read, severityOriginal, ...fields } = draft;
  const severity = read ?? facts.source.defaultSeverity;
  const type = fields.type ?? 'alert';
  return {
    ...fields,
    schema_version: '1',
    id: alertId(facts.requestId, index),
    type,
    status: fields.status ?? 'firing',
    severity,
    severity_id: severityId(severity),
    ...(severityOriginal !== undefined && { severity_original: severityOriginal }),
    ...(severityOriginal !== undefined &&
      read === undefined && { unclassified: [unknownSeverity(severityOriginal, severity)] }),
    title: fields.title,
    event_time: fields.event_time ?? facts.receivedAt,
    received_at: facts.receivedAt,
    source: { id: facts.source.id, name: facts.source.name, format: format.name },
    tenant_id: facts.tenantId,
    dedup_key: dedupKey(fields.dedup_key, facts.source.id, type, fields.source_alert_id ?? fields.title),
    labels: fields.labels ?? {},
    details: fields.details ?? {},
    raw: { ...facts.raw, index },
  };
}

function unknownSeverity(original: string, severity: Severity): Unclassified {
  return {
    code: 'unknown-severity',
    detail: `the severity ${JSON.stringify(original.slice(0, 60))} is not known; ${severity} was taken`,
  };
}

/** The sender's key, hashed when it is too long; without one, what tells conditions of a source apart best. */
function dedupKey(given: string | undefined, sourceId: string, type: string, subject: string): string {
  if (given !== undefined && given.length <= MAX_DEDUP_KEY_CHARACTERS) {
    return given;
  }
  return createHash('sha256')
    .update(JSON.stringify([sourceId, type, given ?? subject]))
    .digest('hex');
}

function fits(json: string): boolean {
  return Buffer.byteLength(json) <= MAX_PLAIN_BYTES || gzipSync(json).length <= MAX_COMPRESSED_BYTES;
}

/** White space runs and control characters become one space: a title is one line everywhere. */
function oneLine(value: string): string {
  return value.replace(/[\s\u0000-\u001f\u007f-\u009f]+/gu, ' ').trim();
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
