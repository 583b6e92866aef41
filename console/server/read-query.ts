import * as v from 'valibot';
import { parseInstant } from '../../cli/words/time.ts';
import { ToolRefusal } from './problems.ts';

const LIMIT = 50;
const MAX_LIMIT = 200;

/** The query fields of every list by time. */
export const WINDOW = {
  since: v.optional(v.string(), '24h'),
  until: v.optional(v.string()),
  limit: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,3}$/u), v.transform(Number), v.minValue(1), v.maxValue(MAX_LIMIT)),
    String(LIMIT),
  ),
  after: v.optional(v.string()),
};

/** An input from the page, checked. @throws ToolRefusal with every field that is wrong */
export function checked<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => ({
    path: v.getDotPath(issue) ?? '',
    message: issue.message,
  }));
  const message = problems
    .map((one) => (one.path === '' ? one.message : `${one.path}: ${one.message}`))
    .join('; ');
  throw new ToolRefusal({ code: 'wrong-usage', message, isWrongUsage: true, problems });
}

/** The window of a list as instants. */
export function windowOf(
  {
    since,
    until,
    limit,
    after,
  }: { since: string; until?: string | undefined; limit: number; after?: string | undefined },
  nowMs: number,
): { since: string; until: string; limit: number; after?: string } {
  return {
    since: new Date(parseInstant('since', since, nowMs)).toISOString(),
    until: new Date(until === undefined ? nowMs : parseInstant('until', until, nowMs)).toISOString(),
    limit,
    ...(after !== undefined && { after }),
  };
}

/** The fields without those that are undefined or empty: they become no option. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  ) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
