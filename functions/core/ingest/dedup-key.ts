import { hash } from 'node:crypto';
import { parseFieldExpression, readAt, type FieldExpression } from '../match/field-path.ts';
import type { Source } from '../model/config/source.ts';
import type { AlertDraft } from './formats/format.ts';

const MAX_CHARACTERS = 255;

type Keyed = Pick<AlertDraft, 'source_alert_id' | 'dedup_key' | 'resources'>;
/** What every alert has, and its subjects, which are no field of it. */
type Known = { type: string; title: string; subjects?: string[] | undefined };

/** Configuration is a handful of objects that live as long as they are cached; each is parsed once. */
const parsed = new WeakMap<readonly string[], FieldExpression[]>();

/**
 * What makes two alerts of a source the same finding.
 *
 * 1. The fields that the operator named, where the alert has at least one of them: `["threat_alert","111122223333",null]`.
 * 2. The sender's key.
 * 3. Source, type, and the sender's id of the alert; without one its title, its resources and its subjects.
 *
 * Hashed where it is too long.
 */
export function dedupKey(
  alert: Keyed,
  { type, title, subjects }: Known,
  { id: sourceId, dedupBy }: Pick<Source, 'id' | 'dedupBy'>,
): string {
  const named = dedupBy === undefined ? undefined : keyOf({ ...alert, type, title, subjects }, dedupBy);
  const given = named ?? alert.dedup_key;
  if (given !== undefined && given.length <= MAX_CHARACTERS) return given;
  const own = given ?? alert.source_alert_id;
  // One title at two hosts, or about two files, is two findings.
  const parts = own === undefined ? [title, ...namesOf(alert.resources), ...(subjects ?? [])] : [own];
  return hash('sha256', JSON.stringify([sourceId, type, ...parts]));
}

function namesOf(resources: Keyed['resources'] = []): string[] {
  return resources.map(({ id, name }) => id ?? name).filter((name) => name !== undefined);
}

/** Undefined where the alert has none of the fields: alerts that have nothing in common are not one finding. */
function keyOf(alert: object, dedupBy: readonly string[]): string | undefined {
  const values = expressionsOf(dedupBy).map((expression) => readAt(alert, expression, written) ?? null);
  return values.every((value) => value === null) ? undefined : JSON.stringify(values);
}

function expressionsOf(dedupBy: readonly string[]): FieldExpression[] {
  const known = parsed.get(dedupBy);
  if (known !== undefined) return known;
  const expressions = dedupBy.flatMap((path) => {
    const expression = parseFieldExpression(path);
    return expression === undefined ? [] : [expression];
  });
  parsed.set(dedupBy, expressions);
  return expressions;
}

/** Lists and objects too: the resources of an alert as a whole. */
function written(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
