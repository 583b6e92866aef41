import { bodyText } from './body-text.ts';
import { decompress } from './decompress.ts';
import type { IngestRequest } from '../ingest-request.ts';

/** The body as it was meant. */
export type DecodedBody = {
  /** Without compression; the body itself where there was none. */
  content: Uint8Array;
  text: string;
};

/**
 * The body without its compression, and as text.
 *
 * @throws GatewayError `bad-compression`, `unsupported-encoding`, `payload-too-large`, `empty-body`, `invalid-json`
 */
export function decodeBody({ body, headers }: Pick<IngestRequest, 'body' | 'headers'>): DecodedBody {
  const content = decompress(body, headers['content-encoding']);
  return { content, text: bodyText(content, headers['content-type']) };
}
