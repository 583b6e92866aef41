import * as v from 'valibot';
import type { Fields, Problem } from '../problem.ts';
import { unknownField } from '../../text/did-you-mean.ts';

/** Another setting must have one of these values for a setting to mean anything. `words` begin the help: `smtp: …`. */
export type Condition = {
  path: string;
  is: readonly string[];
  words: string;
  /** What to say of a setting that stands beside another value. */
  refusal?: (value: string) => string;
};

/** What a wizard asks where an option was left out. */
export type Question = {
  message: string;
  default?: string;
  choices?: readonly { value: string; name: string; description?: string }[];
  /** The choice that leaves the setting out. */
  left?: string;
};

/** One option of the command line, as an operator meets it. */
export type SettingOption = {
  /** As the help shows it: `--smtp-host <name>`, or `--locked` for an option without a value. */
  flag: string;
  help: string;
  /** The help of `update`, where that differs. */
  updateHelp?: string;
  /** What applies when it is left out. */
  usual?: string;
  isRequired?: true;
  /** A list with commas; or one value each time the option is given. */
  takes?: 'commas' | 'several';
  /** It may be one of a few words, and stands for another value: `on` for true. */
  words?: Readonly<Record<string, unknown>>;
  /** The command that has it; left out: all of them. */
  only?: 'create' | 'update';
  /** What problems of it are called, where that is not the setting: `recipients.role`. */
  path?: string;
  question?: Question;
};

/** How a configuration file says a setting, where that is more than the value of its first option. */
export type InFile<Item = never> = {
  /** What may stand in each field, for editors. */
  fields: Readonly<Record<string, v.GenericSchema>>;
  /** What the parser takes, from the fields that are given. */
  read?: (given: Fields, problems: Problem[]) => unknown;
  /** The fields of an item. */
  write?: (item: Item) => Fields;
};

type Shown<Item> = {
  /** In the JSON of `show` and `list`. */
  json?: { key: string; of: (item: Item) => unknown };
  /** In the text of `show` and of what was created; undefined is no line. */
  line?: { label: string; of: (item: Item) => string | undefined };
};

/** Who may see a value: a secret has neither a line nor JSON. */
type Visibility<Item> =
  | ({ isSecret?: false } & Shown<Item>)
  | ({ isSecret: true } & { [K in keyof Shown<Item>]?: never });

/**
 * One setting of a kind of configuration: what may be written, the options that write it, and how it is shown.
 *
 * The parser, the options, the refusals, the questions, `update` and `show` all read it, so that a setting is one entry
 * of one list. The entries stand by the path that problems name: `transport.host`.
 */
export type Setting<Item = never> = {
  /** What may be written, judged alone; absent for what goes into the secret only. */
  schema?: v.GenericSchema;
  options?: readonly SettingOption[];
  /** The ids of items of this kind, which a configuration file calls by their names. */
  refersTo?: 'source' | 'destination' | 'interval';
  inFile?: InFile<Item>;
  when?: readonly Condition[];
  /** How `update` says again what is stored; left out: the field of this path. */
  written?: (item: Item) => unknown;
  /** A setting that this one belongs to: when that changes, this one is not kept. */
  belongsTo?: string;
  /** The word with which `update` takes the setting away. */
  none?: string;
} & Visibility<Item>;

export type Settings<Item = never> = Readonly<Record<string, Setting<Item>>>;

/** The values of a list of settings, by path. */
export type Read<L> = {
  -readonly [P in keyof L]?: L[P] extends { schema: infer S extends v.GenericSchema }
    ? v.InferOutput<S> | undefined
    : never;
};

/**
 * The values of an object from outside, each judged alone; every problem with its path, also of fields that nobody knows.
 *
 * An inner object that was not given, such as `transport`, has no problems.
 */
export function readSettings<const L extends Settings>(
  list: L,
  input: unknown,
  problems: Problem[],
): Read<L> {
  const paths = Object.keys(list).filter((path) => list[path]?.schema !== undefined);
  const values: Fields = {};
  const given = flat(input, paths, problems);
  for (const path of paths) {
    const group = groupOf(path);
    if (group !== '' && !given.groups.has(group)) continue;
    const { schema, when } = list[path] ?? {};
    if (schema === undefined) continue;
    // What stands in another group is for the parser of the kind to judge.
    const unmet = when?.find(
      (condition) => groupOf(condition.path) === group && group !== '' && !holds(condition, values),
    );
    if (unmet !== undefined) {
      const other = values[unmet.path];
      if (given.values.has(path) && typeof other === 'string') {
        const message = unmet.refusal?.(other) ?? `means nothing with ${group} ${other}; leave it out`;
        problems.push({ path, message });
      }
      continue;
    }
    const judged = v.safeParse(schema, given.values.get(path), { abortPipeEarly: true });
    if (judged.success) {
      if (judged.output !== undefined) values[path] = judged.output;
    } else problems.push(...judged.issues.map((issue) => problemOf(path, issue)));
  }
  return values as Read<L>;
}

/** One level of objects, laid flat: `{transport: {host}}` is `transport.host`. */
function flat(
  input: unknown,
  paths: readonly string[],
  problems: Problem[],
): { values: Map<string, unknown>; groups: Set<string> } {
  const values = new Map<string, unknown>();
  const groups = new Set<string>();
  const visit = (value: unknown, group: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      problems.push({ path: group, message: 'must be an object' });
      return;
    }
    groups.add(group);
    const prefix = group === '' ? '' : `${group}.`;
    const known = [
      ...new Set(
        paths
          .filter((path) => path.startsWith(prefix))
          .map((path) => path.slice(prefix.length).split('.')[0] ?? ''),
      ),
    ];
    for (const [key, inner] of Object.entries(value)) {
      const path = `${prefix}${key}`;
      if (inner === undefined) continue;
      if (paths.includes(path)) values.set(path, inner);
      else if (known.includes(key)) visit(inner, path);
      else problems.push({ path, message: unknownField(key, known) });
    }
  };
  visit(input, '');
  return { values, groups };
}

/** What is stored of a setting, as its parser takes it. */
export function writtenOf<Item>({ written }: Setting<Item>, path: string, item: Item): unknown {
  if (written !== undefined) return written(item);
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
      item,
    );
}

/** Puts a value into the object that a parser takes. */
export function putSetting(input: Fields, path: string, value: unknown): void {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) input[first] = value;
  else putSetting((input[first] ??= {}) as Fields, rest.join('.'), value);
}

/** The problems in the order of the list: those of several settings stand with the first of them. */
export function inOrder(list: Settings, problems: readonly Problem[]): Problem[] {
  const paths = Object.keys(list);
  const place = ({ path }: Problem): number =>
    paths.findIndex(
      (known) => path === known || path.startsWith(`${known}.`) || path.startsWith(`${known}[`),
    );
  return problems.toSorted((a, b) => place(a) - place(b));
}

function holds({ path, is }: Condition, values: Fields): boolean {
  const value = values[path];
  return typeof value === 'string' && is.includes(value);
}

/** `transport` of `transport.host`; empty for what stands at the top. */
function groupOf(path: string): string {
  return path.split('.').slice(0, -1).join('.');
}

function problemOf(path: string, { message, path: inner }: v.BaseIssue<unknown>): Problem {
  const below = (inner ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : String(key)));
  return {
    path: below.reduce((all, key) => (key.startsWith('[') ? `${all}${key}` : `${all}.${key}`), path),
    message,
  };
}
