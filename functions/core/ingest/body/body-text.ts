import { GatewayError } from '../../errors.ts';
import { decodeUtf8 } from './utf8.ts';

const FORM = /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/iu;
const PAYLOAD = 'payload=';

/**
 * The content as text; of a form, its field `payload` (GitHub and others send JSON that way).
 *
 * A form without that field is taken as it is: `curl -d` calls everything a form.
 *
 * @throws GatewayError `empty-body`, `invalid-json`
 */
export function bodyText(content: Uint8Array, contentType: string | undefined): string {
  if (content.length === 0) {
    throw new GatewayError('empty-body', 'the body is empty; expected a JSON object or an array of them');
  }
  const text = textOf(content);
  return contentType !== undefined && FORM.test(contentType) ? (payloadField(text) ?? text) : text;
}

function textOf(content: Uint8Array): string {
  try {
    return decodeUtf8(content);
  } catch (cause) {
    throw new GatewayError(
      'invalid-json',
      'the body is not valid UTF-8; of compressed bodies, deflate and br need a content-encoding header',
      { cause },
    );
  }
}

/** Cut out by hand: a parser of forms would make an object of every `&` in 10 MB. */
function payloadField(form: string): string | undefined {
  const at = form.startsWith(PAYLOAD) ? 0 : form.indexOf(`&${PAYLOAD}`) + 1;
  if (at === 0 && !form.startsWith(PAYLOAD)) {
    return undefined;
  }
  // A `{` is always escaped in a form: what begins with one is JSON, and the field's name stands inside it.
  if (/^\s*[[{]/u.test(form)) {
    return undefined;
  }
  const end = form.indexOf('&', at);
  const field = form.slice(at + PAYLOAD.length, end === -1 ? undefined : end);
  try {
    return decodeURIComponent(field.replaceAll('+', ' '));
  } catch (cause) {
    throw new GatewayError('invalid-json', 'the form field payload is not encoded as a form is', { cause });
  }
}
