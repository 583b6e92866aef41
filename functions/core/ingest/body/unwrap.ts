import { isFields, type Fields } from '../read-fields.ts';
import { isMalformed } from './malformed-record.ts';
import { parseEmbeddedObject } from './parse-json.ts';

/**
 * The record inside of a push envelope: `base64json:message.data` for Pub/Sub (https://cloud.google.com/pubsub/docs/push), whose
 * `data` is JSON in base64. What else the envelope says stands beside it as `push_envelope`.
 *
 * A record without such a text stays as it is, so that nothing is lost.
 */
export function unwrapped(record: unknown, unwrap: string): unknown {
  if (!isFields(record) || isMalformed(record)) return record;
  const path = unwrap.slice(unwrap.indexOf(':') + 1).split('.');
  const encoded = valueAt(record, path);
  if (typeof encoded !== 'string') return record;
  const inner = parseEmbeddedObject(Buffer.from(encoded, 'base64').toString('utf8').trim());
  return inner === undefined ? record : { push_envelope: withoutPath(record, path), ...inner };
}

function valueAt(record: Fields, path: readonly string[]): unknown {
  let at: unknown = record;
  for (const key of path) {
    at = isFields(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}

function withoutPath(fields: Fields, [first = '', ...rest]: readonly string[]): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (name !== first) return [[name, value]];
      return rest.length > 0 && isFields(value) ? [[name, withoutPath(value, rest)]] : [];
    }),
  );
}
