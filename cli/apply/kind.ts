import type { Told } from '../../functions/core/operator/told-of-itself.ts';
import type { Fields } from '../../functions/core/config/problem.ts';
import type { NamesById } from '../../functions/core/config/file/write-file-fields.ts';
import type { Settings } from '../../functions/core/config/settings/setting.ts';
import type { Configured } from '../../functions/core/route/routing-configuration.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';
import type { FileItem, FileProblem } from './read-files.ts';

/** What a run of `apply` or `export` works on. */
export type World = {
  session: Session;
  gateway: Gateway;
  names: NamesById;
  /** Every name of a kind that is there, or is to be. */
  known(map: string): ReadonlySet<string>;
  /** Whether something of this name is there, and is to be deleted by this run. */
  isPruned: (map: string, name: string) => boolean;
  /** Ids of what is there by name or id; of what is made in this run once it is. */
  idOf(map: string, name: string): string | undefined;
  made(map: string, name: string, id: string): void;
  problems: FileProblem[];
  /** Lines worth telling that are no problems. */
  notes: string[];
};

/** An item that is there. */
export type Existing = {
  name: string;
  id: string;
  /** As a file says it, its secrets as `{stored: true}`. */
  fields: Fields;
  /** `apply` made it. */
  isMadeByApply: boolean;
};

/** A field that is to change. `old` and `new` are absent where there is nothing; of a secret they are words. */
export type FieldChange = { field: string; old?: unknown; new?: unknown; isSecret?: true };

/** A secret that was drawn in this run, with what its other side needs. It is shown once. */
export type Shown = { kind: string; name: string; secret: string; url?: string; header?: string };

/** The change of one item. */
export type Step = {
  action: 'create' | 'update' | 'delete';
  map: string;
  /** `destination`. */
  word: string;
  name: string;
  changes: FieldChange[];
  /** Whether a destination is told of Tocsin itself once the step is done. */
  told?: Told;
  /**
   * The configuration that decides who is told, once the step is done; absent where the step decides nothing. An item that is
   * made in this run has its name for an id.
   */
  decides?: (configured: Configured) => Configured;
  run: (show: (shown: Shown) => void) => Promise<void>;
};

/** The list that the fields of an item come from, and what the kind itself has beside it, as JSON Schema. */
export type ItemShape = { title: string; list: Settings; own: Readonly<Record<string, object>> };

/** A kind of configuration in a file: reads what is there, judges what is to be, and does it. */
export type Kind = {
  map: string;
  word: string;
  /** What an item is called and says; several where a field of the kind's own tells them apart. */
  shapes: readonly ItemShape[];
  /** The stored items; unreadable ones by name, with the problem. */
  load(world: World): Promise<{ existing: Existing[]; unreadable: { name: string; problem: string }[] }>;
  /** The step that makes an item what the file says; undefined when it is that already, or there are problems. */
  plan(world: World, item: FileItem, existing: Existing | undefined): Promise<Step | undefined>;
  /** The step that deletes an item. */
  remove(world: World, existing: Existing): Promise<Step>;
  /** Reads which parts of its secret an item has, where the configuration does not tell. */
  secrets?(world: World, existing: Existing): Promise<Fields>;
  /** The fields without those that say the same when they are left out. */
  shorten(fields: Fields, name: string): Fields;
};

/** The field of every kind that can be switched off and on. */
export const ENABLED = {
  type: 'boolean',
  default: true,
  description: 'false: nothing is sent to it, or it does not apply, until it is enabled',
};

/** The fields that differ. `secrets`: those of the secrets, which say for themselves whether they change. */
export function changesOf(
  before: Fields | undefined,
  after: Fields,
  secrets: readonly FieldChange[] = [],
): FieldChange[] {
  const fields = [...new Set([...Object.keys(after), ...Object.keys(before ?? {})])];
  return [
    ...fields.flatMap((field): FieldChange[] => {
      const [was, is] = [before?.[field], after[field]];
      // A new part of a secret is told with its place.
      const isTold = secrets.some((one) => one.field === field || one.field.startsWith(`${field}.`));
      if (was === undefined && isTold) return [];
      if (JSON.stringify(sorted(was)) === JSON.stringify(sorted(is))) return [];
      return [{ field, ...(was !== undefined && { old: was }), ...(is !== undefined && { new: is }) }];
    }),
    ...secrets,
  ];
}

/** The keys of maps say nothing by their order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}

/** Drops each field without which the rest means the same. */
export function withoutDefaults(
  fields: Fields,
  keep: readonly string[],
  meaning: (fields: Fields) => string | undefined,
): Fields {
  const whole = meaning(fields);
  if (whole === undefined) return fields;
  return Object.keys(fields).reduce<Fields>((left, field) => {
    if (keep.includes(field)) return left;
    const { [field]: _, ...rest } = left;
    return meaning(rest) === whole ? rest : left;
  }, fields);
}
