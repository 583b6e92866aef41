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
  const names = Object.keys(fields);
  const valueName = namedValueOf(fields, names);
  let changed: Map<string, unknown> | undefined;
  for (const name of names) {
    const value = fields[name];
    const isSecret = (name === valueName || isSecretName(name)) && isBlankable(name, value);
    const left = isSecret ? REMOVED : cleaned(value);
    if (left !== value) (changed ??= new Map<string, unknown>()).set(name, left);
    const labelled = labelledSecret(name, value);
    if (labelled !== undefined && isBlankable(labelled, fields[labelled])) {
      (changed ??= new Map<string, unknown>()).set(labelled, REMOVED);
    }
  }
  return changed === undefined ? fields : Object.fromEntries([...Object.entries(fields), ...changed]);
}

/** CEF as JSON: of `cs1Label: "apiKey"` the field `cs1` that it names. */
function labelledSecret(name: string, value: unknown): string | undefined {
  return name.endsWith('Label') && typeof value === 'string' && isSecretName(value)
    ? name.slice(0, -5)
    : undefined;
}

/** `true`, `null` and a count say something about a credential, and are none. */
function isBlankable(name: string, value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'boolean') return false;
  return !(typeof value === 'number' && /s$/iu.test(name));
}

const NAME_FIELDS = new Set(['name', 'key', 'header', 'headername', 'field', 'param', 'parameter', 'k', 'n']);
const VALUE_FIELDS = new Set(['value', 'values', 'val', 'headervalue', 'content', 'v', 'text']);

/** Of both lists together. */
const LONGEST_FIELD = Math.max(...[...NAME_FIELDS, ...VALUE_FIELDS].map(({ length }) => length));

/** `{name: "Authorization", value: "…"}` in any spelling: the name of the field that holds the credential. */
function namedValueOf(fields: Fields, names: readonly string[]): string | undefined {
  const isSecret = names.some((name) => {
    const written = fields[name];
    return typeof written === 'string' && isOneOf(NAME_FIELDS, name) && isSecretName(written);
  });
  return isSecret ? names.find((name) => isOneOf(VALUE_FIELDS, name)) : undefined;
}

function isOneOf(names: ReadonlySet<string>, name: string): boolean {
  return name.length <= LONGEST_FIELD && names.has(name.toLowerCase());
}

/**
 * A list of headers may be pairs (`[["Cookie", "…"]]`), one flat list of names and values (`["Cookie", "…", "Host", "…"]`), or
 * anything else, entry by entry.
 */
function cleanedList(values: readonly unknown[]): readonly unknown[] {
  const isFlat = values.length > 0 && values.length % 2 === 0;
  let changed: unknown[] | undefined;
  for (const [index, value] of values.entries()) {
    const before = values[index - 1];
    const isValue = isFlat && index % 2 === 1 && typeof before === 'string' && isSecretName(before);
    const left = isValue && isBlankable(before, value) ? REMOVED : cleaned(value);
    if (left !== value) (changed ??= [...values])[index] = left;
  }
  return changed ?? values;
}
