import { GatewayError } from '../../errors.ts';
import { mediaTypeOf } from './media-type.ts';
import { decodeUtf8, isUtf8 } from './utf8.ts';

/** A body as text. */
export type DecodedText = {
  text: string;
  /** Bytes that no character has were replaced by U+FFFD, here or on the way. */
  isRepaired: boolean;
};

/** `us-ascii` is what libraries declare who know nothing better; in UTF-8 it means the same. */
const UTF8_NAMES = new Set(['', 'utf-8', 'utf8', 'us-ascii', 'ascii', 'unicode-1-1-utf-8']);
const REPLACEMENT = '\uFFFD';

/**
 * The text of a body in the charset that its `Content-Type` declares, else in UTF-8, else in UTF-16 where it
 * begins with that mark or as JSON in UTF-16 does.
 *
 * Invalid bytes are refused in JSON, where they say that the charset is another; `mayRepair` takes lines of text, in which a bad byte
 * costs one character and not the body.
 *
 * @throws GatewayError `invalid-json`, `unsupported-media-type` for a charset that is not known
 */
export function decodeText(
  content: Uint8Array,
  contentType: string | undefined,
  mayRepair: (text: string) => boolean,
): DecodedText {
  const charset = charsetOf(content, contentType);
  if (charset === 'lossy utf-8') {
    return { text: decodeUtf8(content), isRepaired: true };
  }
  if (charset !== undefined) {
    const text = decodeDeclared(content, charset);
    return { text, isRepaired: text.includes(REPLACEMENT) };
  }
  try {
    return { text: decodeUtf8(content), isRepaired: false };
  } catch (cause) {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
    if (mayRepair(text) && isText(text)) return { text, isRepaired: true };
    throw new GatewayError(
      'invalid-json',
      'the body is not valid UTF-8, and its content-type declares no other charset (such as charset=iso-8859-1); of compressed bodies, deflate and br need a content-encoding header',
      { cause },
    );
  }
}

/** Undefined for UTF-8 that came whole. */
function charsetOf(content: Uint8Array, contentType: string | undefined): string | undefined {
  const mark = utf16Of(content);
  const declared = (mediaTypeOf(contentType).parameters.get('charset') ?? '').trim().toLowerCase();
  if (UTF8_NAMES.has(declared)) return mark;
  if (declared.startsWith('utf-16') && mark !== undefined) return mark;
  // What came through an API that reads text as UTF-8 is UTF-8 by now, with U+FFFD for what was none.
  return isUtf8(content) &&
    Buffer.from(content.buffer, content.byteOffset, content.byteLength).includes(REPLACEMENT)
    ? 'lossy utf-8'
    : declared;
}

/** By its mark, or by the zero that no JSON in UTF-8 has beside its first bracket (RFC 4627, section 3). */
function utf16Of([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const isBracket = (byte: number | undefined): boolean => byte === 0x7b || byte === 0x5b;
  if ((first === 0xff && second === 0xfe) || (isBracket(first) && second === 0)) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || (first === 0 && isBracket(second)) ? 'utf-16be' : undefined;
}

function decodeDeclared(content: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset, { ignoreBOM: true }).decode(content);
  } catch (cause) {
    throw new GatewayError(
      'unsupported-media-type',
      `the charset ${JSON.stringify(charset.slice(0, 40))} is not known; send UTF-8`,
      { cause },
    );
  }
}

/** Text in a charset of old has bytes that are not UTF-8, but hardly any control characters; compressed bytes have many of both. */
function isText(text: string): boolean {
  let controls = 0;
  let replaced = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) replaced += 1;
    else if (code < 0x20 && !(code >= 0x09 && code <= 0x0d) && code !== 0x1b && code !== 0x1e) controls += 1;
  }
  return controls === 0 || (controls + replaced) * 4 <= text.length;
}
