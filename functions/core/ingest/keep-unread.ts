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
  const search: Search = { draft, omitted: omits.map((omission) => omission.split('.')), path: [] };
  const unread = unreadOf(record, [draft, draft.details, draft.labels], search);
  return isFields(unread) ? { ...draft, details: merged(draft.details ?? {}, unread) } : draft;
}

/** Names under which the sender's own severity is no news beside `severity_original`. */
const SEVERITY_NAMES = ['severity', 'level', 'priority', 'alerttype', 'label'];

/** `pairs` holds what may be the same by chance, under its name; ten thousand records of a body make ten thousand of these. */
type Told = { texts: Set<string>; pairs: Set<string>; prose: readonly string[] };
/** `told` is worked out for the first value that the draft does not hold where the record does: of many records there is none. */
type Search = {
  draft: AlertDraft;
  told?: Told;
  omitted: readonly (readonly string[])[];
  /** The keys above the value that is looked at, outermost first. */
  path: string[];
};

/** Shorter texts, and numbers, are the same by chance. */
const MIN_TELLING_CHARACTERS = 6;

function toldBy(draft: AlertDraft): Told {
  const { title = '', description = '' } = draft;
  const told: Told = { texts: new Set(), pairs: new Set(), prose: [title, description] };
  visit(draft, '', told);
  for (const name of SEVERITY_NAMES) told.pairs.add(pair(name, draft.severityOriginal ?? ''));
  return told;
}

function visit(value: unknown, name: string, told: Told): void {
  if (Array.isArray(value)) {
    for (const entry of value) visit(entry, name, told);
  } else if (isFields(value)) {
    for (const key of Object.keys(value)) visit(value[key], key, told);
  } else if (value !== null && value !== undefined) {
    const written = writtenOut(value);
    told.texts.add(written);
    if (!isTelling(value)) told.pairs.add(pair(name, written));
  }
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

/**
 * What is left of a value when everything told is taken out; undefined for nothing.
 *
 * `twins` are what the draft holds in its place, and may be anything: most of what a record says stands there as it came.
 */
function unreadOf(value: unknown, twins: readonly unknown[], search: Search): unknown {
  if (Array.isArray(value)) return unreadEntries(value, twins, search);
  if (isFields(value)) return unreadFields(value, twins, search);
  search.told ??= toldBy(search.draft);
  return isTold(value, search.path.at(-1) ?? '', search.told) ? undefined : value;
}

function unreadEntries(
  values: readonly unknown[],
  twins: readonly unknown[],
  search: Search,
): unknown[] | undefined {
  const left: unknown[] = [];
  for (const [index, entry] of values.entries()) {
    const below = twinsAt(index, entry, twins);
    const rest = below === 'held' ? undefined : unreadOf(entry, below, search);
    // Half of a pair says nothing: `{name: "env", value: "prod"}` stays together.
    if (rest !== undefined) left.push(isFlat(entry) ? withoutOmitted(entry, search) : rest);
  }
  return left.length === 0 ? undefined : left;
}

function unreadFields(fields: Fields, twins: readonly unknown[], search: Search): Fields | undefined {
  const left: [string, unknown][] = [];
  for (const key of Object.keys(fields)) {
    const inner = fields[key];
    const below = twinsAt(key, inner, twins);
    if (below === 'held') continue;
    search.path.push(key);
    const rest = isOmitted(search) ? undefined : unreadOf(inner, below, search);
    search.path.pop();
    if (rest !== undefined) left.push([key, rest]);
  }
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

const NONE: readonly unknown[] = [];

/** What stands at a key of the twins; `held` when that is the value itself, which is told then with all that is in it. */
function twinsAt(
  key: string | number,
  value: unknown,
  twins: readonly unknown[],
): 'held' | readonly unknown[] {
  let below: unknown[] | undefined;
  for (const twin of twins) {
    if (typeof twin !== 'object' || twin === null) continue;
    // What objects inherit is never a value of JSON.
    const inner = (twin as Record<string | number, unknown>)[key];
    if (inner === value) return 'held';
    if (typeof inner === 'object' && inner !== null) (below ??= []).push(inner);
  }
  return below ?? NONE;
}

function isFlat(value: unknown): value is Fields {
  return (
    isFields(value) && Object.values(value).every((inner) => typeof inner !== 'object' || inner === null)
  );
}

function withoutOmitted(fields: Fields, search: Search): Fields {
  if (search.omitted.length === 0) return fields;
  const isKept = (key: string): boolean => {
    search.path.push(key);
    const isLeftOut = isOmitted(search);
    search.path.pop();
    return !isLeftOut;
  };
  return Object.fromEntries(Object.entries(fields).filter(([key]) => isKept(key)));
}

function isOmitted({ path, omitted }: Search): boolean {
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
  // Entries, since a field may be called `__proto__`.
  const result = new Map(Object.entries(details));
  const displaced: [string, unknown][] = [];
  for (const [name, value] of Object.entries(unread)) {
    const there = result.get(name);
    if (there === undefined || there === null) result.set(name, value);
    else if (isFields(there) && isFields(value)) result.set(name, merged(there, value));
    else displaced.push([name, value]);
  }
  if (displaced.length > 0) {
    const earlier = result.get('unread');
    result.set('unread', { ...(isFields(earlier) ? earlier : {}), ...Object.fromEntries(displaced) });
  }
  return Object.fromEntries(result);
}
