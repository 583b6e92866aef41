import type { RecordRejection } from '../errors.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { ProvenRequest } from './authenticate-request.ts';
import type { IngestRequest } from './ingest-request.ts';
import { normalize } from './normalize.ts';
import type { RecordCheck } from './record-check.ts';
import { refusedSample } from './refused-sample.ts';

export type ReadRecords = { alerts: Alert[]; rejected: RecordRejection[]; refusedSample?: string };

/** What a request is called, which its alerts repeat. */
export type RequestNames = { requestId: string; receivedAt: string };

/** The records of one request as alerts, and which of them could not be read. */
export function readRecords(
  records: readonly unknown[],
  { headers, body }: IngestRequest,
  { source, format, isRepaired, sentSha256 }: ProvenRequest,
  names: RequestNames & { tenantId: string; check: RecordCheck },
): ReadRecords {
  const contentType = headers['content-type'];
  const raw = {
    sha256: sentSha256,
    size: body.length,
    ...(contentType !== undefined && { content_type: contentType }),
  };
  const facts = { ...names, headers, source, isRepaired, raw };
  const alerts: Alert[] = [];
  const rejected: RecordRejection[] = [];
  for (const [index, record] of records.entries()) {
    const normalized = normalize(record, index, format, facts);
    if (normalized.ok) {
      alerts.push(normalized.alert);
    } else {
      rejected.push(normalized.rejection);
    }
  }
  const unread = rejected.find(({ code }) => code === 'missing-title' || code === 'schema-mismatch');
  const sample = unread === undefined ? undefined : refusedSample(records[unread.index]);
  return { alerts, rejected, ...(sample !== undefined && { refusedSample: sample }) };
}
