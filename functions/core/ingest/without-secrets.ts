import { isFields, type Fields } from './read-fields.ts';
import { textWithoutSecrets } from './secret-text.ts';
import { isSecretName, REMOVED } from './secret-names.ts';

/**
 * The fields without what is a credential: by the name of its field, in a list of headers of any shape, or inside of a text.
 *
 * Where there is none the object itself comes back.
 *
 * It is a net below the formats, which leave out what they know to be secret. What looks like any other word is not found:
 * free text is searched for `name=value`, header lines and URLs alone.
 */
export function withoutSecrets(fields: Fields): Fields {
  return cleanedFields(fields);
}

/** Any value without its credentials, as `withoutSecrets` has it. */
export function cleaned(value: unknown): unknown {
  if (typeof value === 'string') {
    return textWithoutSecrets(value);
  }
  if (Array.isArray(value)) {
    return cleanedList(value);
  }
  return isFields(value) ? cleanedFields(value) : value;
}

function cleanedFields(fields: Fields): Fields {
  const valueName = namedValueOf(fields);
  const entries = Object.entries(fields).map(([name, value]): [string, unknown] => [
    name,
    (name === valueName || isSecretName(name)) && isBlankable(name, value) ? REMOVED : cleaned(value),
  ]);
  return entries.every(([name, value]) => value === fields[name]) ? fields : Object.fromEntries(entries);
}

/** `true`, `null` and a count say something about a credential, and are none. */
function isBlankable(name: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'boolean') return false;
  return !(typeof value === 'number' && /s$/iu.test(name));
}

const NAME_FIELDS = new Set(['name', 'key', 'header', 'headername', 'field', 'param', 'parameter', 'k', 'n']);
const VALUE_FIELDS = new Set(['value', 'values', 'val', 'headervalue', 'content', 'v', 'text']);

/** `{name: "Authorization", value: "…"}` in any spelling: the name of the field that holds the credential. */
function namedValueOf(fields: Fields): string | undefined {
  const names = Object.keys(fields);
  const nameFields = names.filter((name) => NAME_FIELDS.has(name.toLowerCase()));
  const isSecret = nameFields.some((name) => {
    const written = fields[name];
    return typeof written === 'string' && isSecretName(written);
  });
  return isSecret ? names.find((name) => VALUE_FIELDS.has(name.toLowerCase())) : undefined;
}

/**
 * A list of headers may be pairs (`[["Cookie", "…"]]`), one flat list of names and values (`["Cookie", "…", "Host", "…"]`), or
 * anything else, entry by entry.
 */
function cleanedList(values: readonly unknown[]): readonly unknown[] {
  const isFlat = values.length > 0 && values.length % 2 === 0;
  const left = values.map((value, index) => {
    const before = values[index - 1];
    const isValue = isFlat && index % 2 === 1 && typeof before === 'string' && isSecretName(before);
    return isValue && isBlankable(before, value) ? REMOVED : cleaned(value);
  });
  return left.every((value, index) => value === values[index]) ? values : left;
}
