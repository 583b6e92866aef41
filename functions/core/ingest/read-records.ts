import type { RecordRejection } from '../errors.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { Format } from './formats/format.ts';
import type { IngestRequest } from './ingest-request.ts';
import { normalize, type RequestFacts } from './normalize.ts';
import { refusedSample } from './refused-sample.ts';

export type ReadRecords = { alerts: Alert[]; rejected: RecordRejection[]; refusedSample?: string };

/** The records of one request as alerts, and which of them could not be read. */
export function readRecords(
  records: unknown[],
  request: IngestRequest,
  format: Format,
  facts: RequestFacts,
): ReadRecords {
  const alerts: Alert[] = [];
  const rejected: RecordRejection[] = [];
  for (const [index, record] of records.entries()) {
    const normalized = normalize(
      record,
      index,
      format,
      { headers: request.headers, source: facts.source },
      facts,
    );
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
