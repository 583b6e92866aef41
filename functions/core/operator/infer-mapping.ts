import { parseFieldExpression } from '../match/field-path.ts';
import type { MappedField } from '../model/config/source.ts';
import { isObject } from './infer-schema.ts';
import { MAPPED_NAMES } from './mapped-names.ts';
import { fieldsByName, wordsOf } from '../text/field-vocabulary.ts';

/** Where the fields of an alert seem to stand, and what was seen there. */
export type InferredMapping = {
  fields: Partial<Record<MappedField, string>>;
  /** Values at `severity`, most frequent first. Numbers need a scale or a map, and their direction is never guessed. */
  severities: (string | number)[];
  /** Of them, what no scale of words knows. */
  unknownSeverities: (string | number)[];
  /** Values at `status`, most frequent first. */
  statuses: (string | number)[];
  /** Values at `status` that mean that it is over, where the usual words do not say so. */
  resolvedWhen: string[];
};

const placesOf = fieldsByName<MappedField>(MAPPED_NAMES);

/** Numbers for states, by the place where a vendor documents them: Uptime Kuma's 1 is up. */
const RESOLVED_NUMBERS: Record<string, string[]> = { 'heartbeat.status': ['1'] };

/** A field that is in fewer samples than this share is a bad place to look first. */
const MIN_SHARE = 0.5;
const MAX_DEPTH = 5;

type Leaf = { path: readonly string[]; values: (string | number)[] };

/** The readers of values that ingest uses. */
export type ValueReaders = {
  isKnownSeverity: (value: unknown) => boolean;
  isKnownStatus: (value: unknown) => boolean;
  isLink: (value: unknown) => boolean;
  isInstant: (value: unknown) => boolean;
};

/** Proposes a mapping from the names of fields, how often they hold a text or a number, and what stands there. */
export function inferMapping(samples: readonly unknown[], readers: ValueReaders): InferredMapping {
  const leaves = leavesOf(samples).filter(
    (leaf) => leaf.values.length >= samples.length * MIN_SHARE && canBeSpelled(leaf.path),
  );
  const fields: InferredMapping['fields'] = {};
  for (const [field, names] of Object.entries(MAPPED_NAMES) as [MappedField, readonly string[]][]) {
    const fit = leaves.filter((leaf) => isFit(field, names, leaf, readers));
    const taken = field === 'description' ? fields.title : field === 'type' ? fields.severity : undefined;
    const best = bestOf(field === 'severity' ? readableFirst(fit, readers) : fit, field, taken);
    if (best !== undefined) {
      fields[field] = spelled(best.path);
    }
  }
  const title =
    fields.title ??
    fields.description ??
    sentenceIn(leaves, readers) ??
    nameIn(leaves) ??
    fields.rule ??
    fields.type;
  if (title !== undefined) fields.title = title;
  // An alias is a key beside Opsgenie's message; elsewhere it is another name of a host.
  if (/(?:^|[./])alias$/u.test(fields.dedup_key ?? '') && fields.title?.endsWith('message') !== true) {
    delete fields.dedup_key;
  }
  // Two findings of one rule are two, where anything tells them apart.
  if (
    fields.source_alert_id !== undefined &&
    fields.source_alert_id !== fields.dedup_key &&
    /(?:^|[./_])(?:rule|check)[._/]?(?:id|rule_id)$/iu.test(fields.dedup_key ?? '')
  ) {
    delete fields.dedup_key;
  }
  const seenAt = (path: string | undefined): (string | number)[] =>
    byFrequency(leaves.find((leaf) => spelled(leaf.path) === path)?.values ?? []);
  const severities = seenAt(fields.severity);
  return {
    fields,
    severities,
    unknownSeverities: severities.filter((value) => !readers.isKnownSeverity(value)),
    statuses: seenAt(fields.status),
    resolvedWhen: RESOLVED_NUMBERS[fields.status ?? ''] ?? [],
  };
}

/**
 * The value has to fit the field: a link leads somewhere, a time is one, and under a name that only ends like
 * that of a state or a severity stands one that is known.
 */
function isFit(
  field: MappedField,
  names: readonly string[],
  { path, values }: Leaf,
  { isLink, isInstant, isKnownSeverity, isKnownStatus }: ValueReaders,
): boolean {
  const name = names[rankOf(path, field)] ?? '';
  const isGuess = name.startsWith('* ') || GUESSES.has(name);
  if (field === 'link') return values.every(isLink);
  // A number is a code, whatever the field is called.
  if (field === 'title') return values.every((value) => isWording(value, name));
  if (field === 'type') return values.every((value) => /\p{L}/u.test(String(value)));
  if (field === 'event_time') return values.every(isInstant);
  if (field === 'severity' && isGuess) return values.every(isKnownSeverity);
  return field !== 'status' || !isGuess || values.every(isKnownStatus);
}

const ID = /^\{?[\da-f-]{16,64}\}?$/iu;

/** `organizations/1/findings/f` is a name that does not help a reader. */
function isWording(value: string | number, name: string): boolean {
  const written = String(value);
  if (!/\p{L}/u.test(written)) return false;
  const isPath = written.includes('/') && !/\s/u.test(written);
  return name !== 'name' || !(isPath || ID.test(written));
}

/** Names under which a state or a severity stands at some senders, and something else at others. */
const GUESSES = new Set(
  'action,alerttype,eventaction,eventtype,hoststate,impact,notificationtype,servicestate,trigger'.split(','),
);

/** Where neither is there: the name of something that is no person and no place, such as `modelName`. */
function nameIn(leaves: readonly Leaf[]): string | undefined {
  const found = leaves
    .filter(({ path, values }) => {
      const [before, last] = wordsOf(path.at(-1) ?? '').slice(-2);
      return (
        last === 'name' &&
        before !== undefined &&
        !OTHERS.has(before) &&
        values.every((value) => isWording(value, 'name'))
      );
    })
    .toSorted((a, b) => a.path.length - b.path.length)[0];
  return found === undefined ? undefined : spelled(found.path);
}

/** Where nothing is called like a title: a text of several words. */
function sentenceIn(leaves: readonly Leaf[], { isLink, isInstant }: ValueReaders): string | undefined {
  const isSentence = (value: unknown): boolean =>
    typeof value === 'string' && /\p{L} .*\p{L}/u.test(value) && !isLink(value) && !isInstant(value);
  const found = leaves
    .filter(({ values }) => values.every(isSentence))
    .toSorted((a, b) => a.path.length - b.path.length)[0];
  return found === undefined ? undefined : spelled(found.path);
}

/** Of several fields that could be the severity, one whose words are known comes before one with a better name. */
function readableFirst(leaves: Leaf[], { isKnownSeverity }: ValueReaders): Leaf[] {
  const readable = leaves.filter(
    (leaf) => rankOf(leaf.path, 'severity') >= 0 && leaf.values.every(isKnownSeverity),
  );
  return readable.length > 0 ? readable : leaves;
}

/** The better name wins, then the place in more samples, then the shorter path. */
function bestOf(leaves: Leaf[], field: MappedField, taken: string | undefined): Leaf | undefined {
  const ranked = leaves
    .map((leaf) => ({ leaf, rank: rankOf(leaf.path, field) }))
    .filter(({ rank }) => rank >= 0)
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        b.leaf.values.length - a.leaf.values.length ||
        a.leaf.path.length - b.leaf.path.length,
    )
    .map(({ leaf }) => leaf);
  return ranked.find((leaf) => spelled(leaf.path) !== taken);
}

/** Objects whose name or title is that of a person or a place. */
const OTHERS = new Set(
  'account,actor,agent,asset,assignee,author,cluster,creator,device,host,instance,machine,organization,owner,project,requester,resource,sender,server,tenant,user'.split(
    ',',
  ),
);

/** `rule.name` is a `rulename` as well as a `name`; the whole of it counts first. -1 where it is no name of the field. */
function rankOf(written: readonly string[], field: MappedField): number {
  // Elastic writes `kibana.alert.rule.name` as one name.
  const path = written.flatMap((name) => name.split('.'));
  const last = path.at(-1) ?? '';
  if (field === 'title' && OTHERS.has(wordsOf(path.at(-2) ?? '').at(-1) ?? '')) return -1;
  const isWhole = (place: number): boolean => MAPPED_NAMES[field][place]?.startsWith('* ') === false;
  const joined = path.length < 2 ? -1 : placeOf(`${path.at(-2) ?? ''}_${last}`, field);
  return joined >= 0 && isWhole(joined) ? joined : placeOf(last, field);
}

function placeOf(name: string, field: MappedField): number {
  return placesOf(name).find((found) => found.field === field)?.place ?? -1;
}

function leavesOf(samples: readonly unknown[]): Leaf[] {
  const leaves = new Map<string, Leaf>();
  const visit = (value: unknown, path: readonly string[]): void => {
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') {
      const key = JSON.stringify(path);
      const leaf = leaves.get(key) ?? { path, values: [] };
      leaf.values.push(value);
      leaves.set(key, leaf);
    } else if (isObject(value) && path.length < MAX_DEPTH) {
      for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
    }
  };
  for (const sample of samples) visit(sample, []);
  return [...leaves.values()];
}

/** As `field-path.ts` reads it: dots where the names allow it, else a JSON Pointer. */
function spelled(path: readonly string[]): string {
  return path.every((name) => /^[A-Za-z_$@][\w$@-]*$/u.test(name))
    ? path.join('.')
    : path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A name with a `|` in it, for one, cannot be written down. */
function canBeSpelled(path: readonly string[]): boolean {
  const expression = parseFieldExpression(spelled(path));
  return JSON.stringify(expression) === JSON.stringify([{ path }]);
}

function byFrequency(values: (string | number)[]): (string | number)[] {
  const counts = new Map<string | number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([value]) => value);
}
