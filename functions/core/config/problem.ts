import { suggestion, unknownField } from '../text/did-you-mean.ts';
import { quoted } from '../text/quoted.ts';

export { quoted } from '../text/quoted.ts';

/** One thing that is wrong with a configuration; `path` names the field, for example `auth.header`. */
export type Problem = { path: string; message: string };

/** What every parser of configuration answers: the value, or every problem at once. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

export type Fields = Record<string, unknown>;

/** The fields of an object from outside; anything else, and every field that nobody knows, is a problem. */
export function readFields(
  input: unknown,
  path: string,
  known: readonly string[],
  problems: Problem[],
): Fields {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    problems.push({ path, message: 'must be an object' });
    return {};
  }
  const fields: Fields = {};
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined) continue;
    if (known.includes(key)) fields[key] = value;
    else
      problems.push({
        path: path === '' ? key : `${path}.${key}`,
        message: unknownField(key, known),
      });
  }
  return fields;
}

/** `"githib" is not known; did you mean github? expected one of generic, github` */
export function notOneOf(value: unknown, known: readonly string[]): string {
  if (value === undefined) return `missing; expected one of ${known.join(', ')}`;
  const meant = typeof value === 'string' ? suggestion(value, known) : '';
  return `${quoted(value)} is not known;${meant} expected one of ${known.join(', ')}`;
}

/** `"yes" is neither true nor false` */
export function notTrueOrFalse(value: unknown): string {
  return `${quoted(value)} is neither true nor false`;
}

/** Letters, digits and a little punctuation; no comma, since commas separate names on the command line. */
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._:@/()&+-]{0,62}[\p{L}\p{N}._)+-])?$/u;

/**
 * What is wrong with a name that a person gives to a source, destination or route: 1 to 64 characters.
 *
 * It must not look like an id, because commands take either.
 */
export function nameProblem(name: string): string | undefined {
  if (!NAME.test(name)) {
    return `${quoted(name)} is not a name; expected 1 to 64 letters, digits, spaces or . _ - : / @ ( ) & +, starting with a letter or digit`;
  }
  return /^(src|dst|rte|sil|int|lkp)_/.test(name)
    ? `${quoted(name)} looks like an id; choose another name`
    : undefined;
}
