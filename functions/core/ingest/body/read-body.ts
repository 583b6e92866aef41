import type { Source } from '../../model/config/source.ts';
import type { IngestRequest } from '../ingest-request.ts';
import { bodyText } from './body-text.ts';
import { decompress } from './decompress.ts';
import { parseJson } from './parse-json.ts';
import { splitRecords } from './split-records.ts';

/**
 * From the bytes of a request to what they hold: without compression, as text, split into documents.
 *
 * The one door from bytes to records. `content` is the body without its compression; it is the body itself, the same
 * object, where there was none.
 *
 * @throws GatewayError `bad-compression`, `unsupported-encoding`, `payload-too-large`, `empty-body`, `invalid-json`
 */
export function readBody(
  { body, headers }: Pick<IngestRequest, 'body' | 'headers'>,
  { streamType, envelope }: Pick<Source, 'streamType' | 'envelope'>,
): { content: Uint8Array; documents: unknown[] } {
  const content = decompress(body, headers['content-encoding']);
  return {
    content,
    documents: splitRecords(bodyText(content, headers['content-type']), streamType, envelope),
  };
}

/**
 * The same for a body that is one JSON text.
 *
 * @throws GatewayError as `readBody` does
 */
export function readJson({ body, headers }: Pick<IngestRequest, 'body' | 'headers'>): unknown {
  return parseJson(bodyText(decompress(body, headers['content-encoding']), headers['content-type']));
}
