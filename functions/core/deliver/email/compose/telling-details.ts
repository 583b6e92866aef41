import { detailsForPeople } from '../../../system-alerts/raise.ts';
import type { Alert } from '../../../model/wire/alert.ts';
import { flattenDetails, rowOf, scalar, type Row } from './flatten-details.ts';
import { FACTS_OF_TYPES, type Fact } from './facts-of-types.ts';
import { ours, shownText } from './shown-text.ts';

/** What stands in the place of a credential (ingest/without-secrets.ts): nobody asks for it first. */
const REMOVED = '[removed]';
/** What a phone shows without a thumb that gets tired. */
const MAX_TELLING = 8;
/** The frame around an alert of AWS or Okta, and what the alert has fields for: no fact that anybody asks for first. */
const FRAME = new Set(
  'event sns event_hook schemaVersion SchemaVersion version partition receiver groupKey groupLabels group orgId'.split(
    ' ',
  ),
);

/**
 * The details in two parts: the facts that a responder asks for first, under names of ours, and every detail as it came. Without
 * a list for its type the first details are the telling ones. `omitted` counts what is in neither.
 */
export function tellingDetails(alert: Alert): { telling: Row[]; all: Row[]; omitted: number } {
  const details = withoutLifted(alert);
  const { rows: all, omitted } = flattenDetails(details);
  const told = new Set(
    [...(alert.resources ?? []), ...(alert.actors ?? [])]
      .flatMap(({ name, id }) => [name, id])
      .concat((alert.observables ?? []).map(({ value }) => value))
      .concat(alert.title, alert.description),
  );
  const facts = factsOf(alert);
  const known = facts.flatMap(([label, ...path]) => {
    const value = written(at(details, path));
    return value === undefined || told.has(value) ? [] : [rowOf(ours(label), shownText(value, 500))];
  });
  const telling =
    known.length > 0 || isCurated(alert) ? known.slice(0, MAX_TELLING) : firstOf(alert, details, told);
  return { telling, all, omitted };
}

function firstOf(alert: Alert, details: Record<string, unknown>, told: ReadonlySet<unknown>): Row[] {
  const happenedMs = Date.parse(alert.event_time);
  const isNews = (value: unknown): boolean =>
    !(typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/u.test(value) && Date.parse(value) === happenedMs);
  const own = Object.entries(details).filter(
    ([name, value]) => !FRAME.has(name) && !told.has(value) && value !== REMOVED && isNews(value),
  );
  const flat = own.filter(([, value]) => typeof value !== 'object');
  const nested = own.filter(([, value]) => typeof value === 'object');
  return flattenDetails(Object.fromEntries([...flat, ...nested])).rows.slice(0, MAX_TELLING);
}

function factsOf({ type }: Alert): readonly Fact[] {
  return FACTS_OF_TYPES.find(([beginning]) => type.startsWith(beginning))?.[1] ?? [];
}

/** A line of text may hold any fields at all. */
function isCurated(alert: Alert): boolean {
  return factsOf(alert).length > 0 && alert.type !== 'text';
}

/** What our own format documents in details and the alert has as fields stands in the mail already. */
function withoutLifted(alert: Alert): Record<string, unknown> {
  const lifted: Record<string, boolean> = {
    action_taken: (alert.actions_taken ?? []).length > 0,
    action_success: (alert.actions_taken ?? []).length > 0,
    confidence: alert.confidence !== undefined,
    rule: alert.rule !== undefined,
    mitre_id: alert.mitre !== undefined,
    source_ip: (alert.observables ?? []).some(({ value }) => value === alert.details['source_ip']),
  };
  return Object.fromEntries(
    Object.entries(detailsForPeople(alert)).filter(([name, value]) => {
      const isField = Object.hasOwn(lifted, name) && lifted[name] === true;
      return !isField || (typeof value === 'object' && value !== null);
    }),
  );
}

function at(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (name !== '*')
    return Object.hasOwn(value, name) ? at((value as Record<string, unknown>)[name], rest) : undefined;
  return Object.values(value)
    .map((inner) => at(inner, rest))
    .find((found) => found !== undefined);
}

/** A scalar, a list of scalars, or the scalars of an object: `A=5.2, C=1`. */
function written(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'object') return scalar(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== null && typeof inner !== 'object');
  if (entries.length === 0) return undefined;
  return entries
    .map(([name, inner]) => (Array.isArray(value) ? scalar(inner) : `${name}=${scalar(inner)}`))
    .join(', ');
}
