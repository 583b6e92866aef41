import type { Source } from '../../model/config/source.ts';
import type { IngestRequest } from '../ingest-request.ts';
import { bodyText } from './body-text.ts';
import { decompress } from './decompress.ts';
import { parseJson } from './parse-json.ts';
import { splitRecords } from './split-records.ts';
import { unwrapped } from './unwrap.ts';

type ReadBody = {
  /** Without its compression; the body itself, the same object, where there was none. */
  content: Uint8Array;
  documents: unknown[];
  /** Somewhere in it U+FFFD stands for bytes that no character has. */
  isRepaired: boolean;
};

/**
 * From the bytes of a request to what they hold: without compression, as text, split into documents.
 *
 * The one door from bytes to records. `takesText` is a format's word that it takes text of any kind.
 *
 * @throws GatewayError `bad-compression`, `unsupported-encoding`, `unsupported-media-type`, `payload-too-large`, `empty-body`,
 *   `invalid-json`
 */
export function readBody(
  { body, headers }: Pick<IngestRequest, 'body' | 'headers'>,
  { streamType, envelope, unwrap }: Pick<Source, 'streamType' | 'envelope' | 'unwrap'>,
  { takesText = false }: { takesText?: boolean },
): ReadBody {
  const content = decompress(body, headers['content-encoding']);
  const { text, isRepaired } = bodyText(content, headers['content-type'], { streamType, takesText });
  const records = splitRecords(text, streamType, envelope);
  const documents = unwrap === undefined ? records : records.map((record) => unwrapped(record, unwrap));
  return { content, documents, isRepaired };
}

/**
 * The same for a body that is one JSON text.
 *
 * @throws GatewayError as `readBody` does
 */
export function readJson({ body, headers }: Pick<IngestRequest, 'body' | 'headers'>): unknown {
  const content = decompress(body, headers['content-encoding']);
  const { text } = bodyText(content, headers['content-type'], { streamType: 'json', takesText: false });
  return parseJson(text);
}
