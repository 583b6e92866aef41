import { GatewayError } from '../../errors.ts';
import type { StreamType } from '../../model/config/source.ts';
import { decodeText, type DecodedText } from './decode-text.ts';
import { formRecord } from './form.ts';
import { isMarkup } from './markup.ts';
import { mediaTypeOf } from './media-type.ts';
import { boundaryOf, multipartRecord } from './multipart.ts';

/** What of a source decides how its bodies are read. */
type BodyReading = {
  streamType: StreamType;
  /** Its format takes text of any kind. */
  takesText: boolean;
};

/** Notations that are neither JSON nor text: cut into lines they would be alerts made of keys and dashes. */
const OTHER_NOTATION =
  /^(?:application|text)\/(?:[\w.-]+\+)?(?:x-)?(?:yaml|protobuf|vnd\.google\.protobuf|msgpack|vnd\.msgpack|cbor|avro|thrift|toml|csv)$/u;

/**
 * The content as text; of a form or a multipart body, the record that its fields are, as JSON.
 *
 * XML and HTML are one text where the format takes text, and refused where it does not: cut into lines they would be alerts made of tags.
 * Bodies declared in another notation are refused there too.
 *
 * @throws GatewayError `empty-body`, `invalid-json`, `unsupported-media-type`
 */
export function bodyText(
  content: Uint8Array,
  contentType: string | undefined,
  { streamType, takesText }: BodyReading,
): DecodedText {
  if (content.length === 0) {
    throw new GatewayError('empty-body', 'the body is empty; expected a JSON object or an array of them');
  }
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const boundary = boundaryOf(bytes, contentType);
  if (boundary !== undefined) {
    return { text: multipartRecord(bytes, boundary), isRepaired: false };
  }
  const isJson = streamType === 'json' || streamType === 'json-array';
  const decoded = decodeText(
    content,
    contentType,
    (text) => !isJson && (streamType === 'lines' || !/^\s*[[{"]/u.test(text)),
  );
  const { text } = decoded;
  if (isMarkup(text, contentType, streamType === 'lines')) {
    if (takesText) return { ...decoded, text: JSON.stringify({ message: text }) };
    throw new GatewayError(
      'unsupported-media-type',
      'the body is XML or HTML; send JSON, or have the format of the source set to plain-text, which takes it as one text',
    );
  }
  const { type } = mediaTypeOf(contentType);
  if (!takesText && streamType !== 'lines' && OTHER_NOTATION.test(type) && !/^\s*[[{]/u.test(text)) {
    throw new GatewayError(
      'unsupported-media-type',
      `the body is declared as ${type.slice(0, 60)}, which is not read; send JSON as application/json, or have the stream of the source set to lines`,
    );
  }
  const isForm = type === 'application/x-www-form-urlencoded';
  const record = isForm && !(takesText && streamType === 'lines') ? formRecord(text) : undefined;
  return record === undefined ? decoded : { ...decoded, text: record };
}
