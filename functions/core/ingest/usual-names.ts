import { fieldsByName, wordsOf } from '../text/field-vocabulary.ts';
import { plainName } from '../text/plain-name.ts';
import { rememberedByName } from './field-name.ts';
import { isFields, type Fields } from './read-fields.ts';
import { USUAL_NAMES } from './usual-vocabulary.ts';

type UsualField = keyof typeof USUAL_NAMES;

/**
 * Objects that senders put around the fields of an alert, by their name or its last word (`alert_group`, `securityAlert`). Any
 * other object may be about something else, such as a user.
 */
const WRAPPERS = new Set([
  'alert',
  'alert group',
  'annotations',
  'attributes',
  'check',
  'context',
  'data',
  'detail',
  'detection',
  'details',
  'essentials',
  'event',
  'finding',
  'incident',
  'issue',
  'item',
  'monitor',
  'object',
  'payload',
  'problem',
  'properties',
  'result',
  'rule',
  'threat',
  'threat info',
  'violation',
]);
const MAX_LEVELS = 4;

/** The first value of a record under one of the usual names that can be read; what stands higher up comes first. */
export function usual<T>(
  record: Fields,
  field: UsualField,
  read: (value: unknown) => T | undefined,
): T | undefined {
  for (const level of levelsOf(record)) {
    // A name that the level does not have is a gap, which reads as undefined.
    for (const value of level[field] ?? []) {
      const found = value === undefined ? undefined : read(value);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

const placesOf = fieldsByName<UsualField>(USUAL_NAMES);

/** What a field of this name can be. */
const meaningOf = rememberedByName(
  (name) => ({ places: placesOf(name), isWrapper: isWrapper(name), isAlias: plainName(name) === 'alias' }),
  2_000,
);

function isWrapper(name: string): boolean {
  const words = wordsOf(name);
  return [plainName(name), words.at(-1) ?? '', words.slice(-2).join(' ')].some((one) => WRAPPERS.has(one));
}

/** What one level of a record holds under the usual names of each field, in the order of the names. */
type Level = { [F in UsualField]?: unknown[] };

/** Of the record that was asked last: each is asked for a handful of fields in a row, and a body has ten thousand. */
let last: { record: Fields; levels: readonly Level[] } | undefined;

/** A record and the objects put around its fields, outermost first. */
function levelsOf(record: Fields): readonly Level[] {
  if (last?.record === record) return last.levels;
  const levels: Level[] = [];
  let wrappers: Fields[] = [record];
  for (let depth = 0; depth < MAX_LEVELS && wrappers.length > 0; depth += 1) {
    const below: Fields[] = [];
    for (const fields of wrappers) levels.push(levelOf(fields, below));
    wrappers = below;
  }
  last = { record, levels };
  return levels;
}

/** The objects among the fields that are wrappers are added to `below`. */
function levelOf(fields: Fields, below: Fields[]): Level {
  const level: Level = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const { places, isWrapper, isAlias } = meaningOf(name);
    if (isWrapper && isFields(value)) below.push(value);
    // Elsewhere an alias is another name of a host.
    if (isAlias && fields['message'] === undefined) continue;
    for (const { field, place } of places) {
      const values = (level[field] ??= []);
      values[place] ??= value;
    }
  }
  return level;
}
