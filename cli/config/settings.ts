import { Option } from 'commander';
import { collected, collectedList } from '../command.ts';
import { readWord } from '../records/list-options.ts';
import { putSetting, writtenOf } from '../../functions/core/config/settings/setting.ts';
import type { Command } from 'commander';
import type { Setting, SettingOption, Settings } from '../../functions/core/config/settings/setting.ts';

/** `create` and `setup` make an item; `update` changes one. */
type Mode = 'create' | 'setup' | 'update';

/** A list with the word that tells its options from those of the other list, where two stand in one help. */
type Listed = { list: Settings; word?: string };

type NameOf<Flag> = Flag extends `--no-${infer Name} ${string}`
  ? `no-${Name}`
  : Flag extends `--no-${infer Name}`
    ? Name
    : Flag extends `--${infer Name} ${string}`
      ? Name
      : Flag extends `--${infer Name}`
        ? Name
        : never;
type Camel<Name> = Name extends `${infer First}-${infer Rest}` ? `${First}${Capitalize<Camel<Rest>>}` : Name;
type ValueOf<O> = O extends { takes: string }
  ? string[]
  : O extends { flag: `${string} <${string}` }
    ? string
    : boolean;
type OptionsIn<L, M> = {
  [P in keyof L]: L[P] extends { options: readonly (infer O)[] }
    ? O extends { only: infer Only }
      ? Only extends M
        ? O
        : never
      : O
    : never;
}[keyof L];

/** The options of a list of settings as commander gives them, by the name of each option. */
export type OptionsOf<L, M extends 'create' | 'update' = 'create'> = {
  [
    O in OptionsIn<L, M> as O extends { flag: infer Flag } ? Camel<NameOf<Flag>> & string : never
  ]?: ValueOf<O>;
};

/** Adds an option for every setting; an option that two lists have is added once. */
export function addSettings(command: Command, mode: Mode, ...lists: Listed[]): void {
  const all = lists.flatMap(({ list, word }) =>
    Object.values(list).flatMap((setting) =>
      optionsFor(setting, mode).map((option) => ({ option, setting, word })),
    ),
  );
  const added = new Set(command.options.map(({ long }) => long));
  for (const { option, setting, word } of all) {
    const long = longOf(option.flag);
    if (added.has(long)) continue;
    added.add(long);
    const isShared = all.filter((other) => longOf(other.option.flag) === long).length > 1;
    command.addOption(
      commanderOption(option, isShared ? helpOf(option, mode) : prefixed(option, setting, mode, word)),
    );
  }
}

/** The option that sets each field, by the path that a problem names. */
export function flagsOf(...lists: Settings[]): Record<string, string> {
  return Object.fromEntries(
    lists.flatMap((list) =>
      Object.entries(list).flatMap(([path, { options = [] }]) =>
        // The first option of a setting speaks for it.
        options
          .toReversed()
          .flatMap((option) => [
            ...(option === options[0] ? [[path, longOf(option.flag)]] : []),
            ...(option.path === undefined ? [] : [[option.path, longOf(option.flag)]]),
          ]),
      ),
    ),
  );
}

/** The options that were given and that only `list` has, as flags. */
export function strayOf(list: Settings, other: Settings, options: object): string[] {
  const given = new Map(Object.entries(options));
  const flags = (from: Settings) =>
    new Set(Object.values(from).flatMap(({ options: all = [] }) => all.map(({ flag }) => longOf(flag))));
  const shared = flags(other);
  return [...flags(list)].filter((flag) => !shared.has(flag) && given.get(optionName(flag)) !== undefined);
}

/** The flags that were given of settings that need another setting to have a value. */
export function givenWith(list: Settings, path: string, options: object): string[] {
  const given = new Map(Object.entries(options));
  return Object.values(list)
    .filter(({ when = [] }) => when.some((condition) => condition.path === path))
    .flatMap(({ options: all = [] }) => all.map(({ flag }) => longOf(flag)))
    .filter((flag) => given.get(optionName(flag)) !== undefined);
}

/** The input of the parser of a list, from the options. `before`: the item whose settings stay where no option says otherwise. */
export function inputOf<Item>(list: Settings<Item>, options: object, before?: Item): Record<string, unknown> {
  const given = new Map(Object.entries(options));
  const input: Record<string, unknown> = {};
  const values = new Map<string, unknown>();
  for (const [path, setting] of Object.entries(list)) {
    const [first] = setting.options ?? [];
    if (setting.schema === undefined) continue;
    const said = first === undefined ? undefined : wordOf(first, given.get(optionName(longOf(first.flag))));
    if (said !== undefined) values.set(path, said);
  }
  if (before !== undefined) keep(list, values, before);
  for (const [path, value] of values) {
    if (before === undefined || value !== list[path]?.none) putSetting(input, path, value);
  }
  return input;
}

/** Names and values for `show`, in the order of the list. */
export function linesOf<Item>(list: Settings<Item>, item: Item): [string, string | undefined][] {
  return Object.values(list).flatMap(({ line }): [string, string | undefined][] =>
    line === undefined ? [] : [[line.label, line.of(item)]],
  );
}

/** The visible settings of an item, as JSON. */
export function viewOf<Item>(list: Settings<Item>, item: Item): Record<string, unknown> {
  return Object.fromEntries(
    Object.values(list).flatMap(({ json }) => (json === undefined ? [] : [[json.key, json.of(item)]])),
  );
}

/** `--custom-header <…>` is `--custom-header`. */
export function longOf(flag: string): string {
  return flag.split(' ', 1)[0] ?? flag;
}

/** `--custom-header` is `customHeader` among the options of commander. */
export function optionName(flag: string): string {
  return flag.replace(/^--/, '').replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function optionsFor({ options = [] }: Setting, mode: Mode): readonly SettingOption[] {
  return options.filter(({ only }) => only === undefined || (only === 'update') === (mode === 'update'));
}

function helpOf(option: SettingOption, mode: Mode): string {
  if (mode === 'update') return option.updateHelp ?? option.help;
  const usual = option.usual === undefined ? '' : ` (default: ${option.usual})`;
  const required = option.isRequired === true && mode === 'create' ? ' (required)' : '';
  return `${option.help}${usual}${required}`;
}

function prefixed(option: SettingOption, { when }: Setting, mode: Mode, word: string | undefined): string {
  const prefix = when?.[0]?.words ?? (mode === 'update' ? (word ?? '') : '');
  return `${prefix === '' ? '' : `${prefix}: `}${helpOf(option, mode)}`;
}

function commanderOption({ flag, takes }: SettingOption, help: string): Option {
  const option = new Option(flag, help);
  // Commander takes every `--no-x` for the opposite of `--x`; with a value it only begins like that.
  if (flag.includes('<')) option.negate = false;
  if (takes === 'commas') option.argParser(collectedList);
  if (takes === 'several') option.argParser(collected);
  return option;
}

/** `on` is true. */
function wordOf({ flag, words }: SettingOption, value: unknown): unknown {
  if (words === undefined || typeof value !== 'string') return value;
  const word = readWord(longOf(flag), value, Object.keys(words));
  return word === undefined ? undefined : words[word];
}

/** Adds what is stored and not said anew, as far as it still means something beside what is said. */
function keep<Item>(list: Settings<Item>, values: Map<string, unknown>, before: Item): void {
  const said = new Map(values);
  for (const [path, setting] of Object.entries(list)) {
    const { schema, when, belongsTo } = setting;
    const written = writtenOf(setting, path, before);
    if (schema === undefined || values.has(path) || written === undefined) continue;
    const owner = belongsTo === undefined ? undefined : list[belongsTo];
    const isLeft =
      owner !== undefined &&
      belongsTo !== undefined &&
      said.has(belongsTo) &&
      String(said.get(belongsTo)) !== String(writtenOf(owner, belongsTo, before));
    const isMeant = (when ?? []).every(({ path: other, is }) => is.includes(String(values.get(other))));
    if (!isLeft && isMeant) values.set(path, written);
  }
}
