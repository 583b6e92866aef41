import { GatewayError } from '../errors.ts';
import type { Format, FormatContext } from './formats/format.ts';
import { isMalformed } from './body/malformed-record.ts';
import { MAX_RECORDS } from './body/split-records.ts';

/**
 * The records that the documents of a body hold, by the format's own idea of it.
 *
 * @throws GatewayError `payload-too-large` when they are too many
 */
export function expandRecords(documents: unknown[], format: Format, context: FormatContext): unknown[] {
  const { expand } = format;
  if (expand === undefined) {
    return documents;
  }
  const records = documents.flatMap((document) =>
    isMalformed(document) ? [document] : expand(document, context),
  );
  if (records.length > MAX_RECORDS) {
    throw new GatewayError(
      'payload-too-large',
      `the body holds ${String(records.length)} records; at most ${String(MAX_RECORDS)} are accepted`,
    );
  }
  return records;
}
