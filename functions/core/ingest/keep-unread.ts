import type { AlertDraft } from './formats/format.ts';
import { instant, isFields, type Fields } from './read-fields.ts';
import { fieldName } from './field-name.ts';

/** Keys one below the other, such as `event.stacktrace`, wherever in a record they stand; lists count for nothing. */
type Omission = string;

/**
 * The draft with everything of the record that is not in it yet, under `details`: nothing that was sent is lost because a format
 * does not know it.
 *
 * A value counts as read when the draft holds it under the same name, or, for a text that cannot be mistaken for another,
 * anywhere. What a format leaves out on purpose it names in `omits`, and it stays out.
 */
export function keepUnread(record: Fields, draft: AlertDraft, omits: readonly Omission[] = []): AlertDraft {
  const told = toldBy(draft);
  const omitted = omits.map((omission) => omission.split('.'));
  const unread = pruned(record, [], { told, omitted });
  return isFields(unread) ? { ...draft, details: merged(draft.details ?? {}, unread) } : draft;
}

/** Names under which the sender's own severity is no news beside `severity_original`. */
const SEVERITY_NAMES = ['severity', 'level', 'priority', 'alerttype', 'label'];

/** `pairs` holds what may be the same by chance, under its name; ten thousand records of a body make ten thousand of these. */
type Told = { texts: Set<string>; pairs: Set<string>; prose: readonly string[] };
type Search = { told: Told; omitted: readonly (readonly string[])[] };

/** Shorter texts, and numbers, are the same by chance. */
const MIN_TELLING_CHARACTERS = 6;

function toldBy(draft: AlertDraft): Told {
  const { title = '', description = '' } = draft;
  const told: Told = { texts: new Set(), pairs: new Set(), prose: [title, description] };
  const visit = (value: unknown, name: string): void => {
    if (Array.isArray(value)) {
      for (const entry of value) visit(entry, name);
    } else if (isFields(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, key);
    } else if (value !== null && value !== undefined) {
      const written = writtenOut(value);
      told.texts.add(written);
      if (!isTelling(value)) told.pairs.add(pair(name, written));
    }
  };
  visit(draft, '');
  for (const name of SEVERITY_NAMES) told.pairs.add(pair(name, draft.severityOriginal ?? ''));
  return told;
}

/** Whether a value cannot be the same as another by chance. */
function isTelling(value: unknown): value is string {
  return typeof value === 'string' && value.length >= MIN_TELLING_CHARACTERS;
}

function writtenOut(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function pair(name: string, value: string): string {
  return `${fieldName(name)}\n${value}`;
}

/** What is left of a value when everything told is taken out; undefined for nothing. */
function pruned(value: unknown, path: readonly string[], search: Search): unknown {
  if (Array.isArray(value)) {
    const left = value.map((entry) => {
      const rest = pruned(entry, path, search);
      // Half of a pair says nothing: `{name: "env", value: "prod"}` stays together.
      return rest !== undefined && isFlat(entry) ? withoutOmitted(entry, path, search) : rest;
    });
    const present = left.filter((entry) => entry !== undefined);
    return present.length === 0 ? undefined : present;
  }
  if (isFields(value)) {
    const left = Object.entries(value).flatMap(([key, inner]) => {
      const below = [...path, key];
      if (isOmitted(below, search)) return [];
      const rest = pruned(inner, below, search);
      return rest === undefined ? [] : [[key, rest] as const];
    });
    return left.length === 0 ? undefined : Object.fromEntries(left);
  }
  return isTold(value, path.at(-1) ?? '', search.told) ? undefined : value;
}

function isFlat(value: unknown): value is Fields {
  return (
    isFields(value) && Object.values(value).every((inner) => typeof inner !== 'object' || inner === null)
  );
}

function withoutOmitted(fields: Fields, path: readonly string[], search: Search): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !isOmitted([...path, key], search)));
}

function isOmitted(path: readonly string[], { omitted }: Search): boolean {
  return omitted.some((omission) => endsWith(path, omission));
}

function endsWith(path: readonly string[], end: readonly string[]): boolean {
  return (
    path.length >= end.length && end.every((key, index) => path[path.length - end.length + index] === key)
  );
}

function isTold(value: unknown, name: string, told: Told): boolean {
  if (value === null || value === undefined) return true;
  const written = writtenOut(value);
  if (written.trim() === '') return true;
  if (isTelling(value)) {
    if (told.texts.has(value) || told.prose.some((text) => text.includes(value))) return true;
  } else if (told.pairs.has(pair(name, written))) return true;
  if (typeof value !== 'string') return false;
  const at = instant(value);
  return at !== undefined && told.texts.has(at);
}

/** Both, one below the other where names meet; what stands there already keeps its name. */
function merged(details: Fields, unread: Fields): Fields {
  const result: Fields = { ...details };
  const displaced: Fields = {};
  for (const [name, value] of Object.entries(unread)) {
    const there = Object.hasOwn(result, name) ? result[name] : undefined;
    if (there === undefined || there === null) result[name] = value;
    else if (isFields(there) && isFields(value)) result[name] = merged(there, value);
    else displaced[name] = value;
  }
  return Object.keys(displaced).length === 0
    ? result
    : { ...result, unread: { ...(isFields(result['unread']) ? result['unread'] : {}), ...displaced } };
}
