import { parseFieldExpression, readAt, type FieldExpression } from '../../match/field-path.ts';
import type { FieldMapping, MappedField } from '../../model/config/source.ts';
import {
  filled,
  instant,
  isFields,
  listed,
  optional,
  text,
  texts,
  webUrl,
  type Fields,
} from '../read-fields.ts';
import { graded, SCALES } from '../severity-scales.ts';
import { statusFromWord } from '../status-words.ts';
import { asJudged, usualDismissal } from '../usual-fields.ts';
import type { AlertDraft, Format, FormatContext } from './format.ts';

/**
 * Any JSON, with the operator's own word for where the fields of an alert stand: a path per field in the source's
 * configuration. The whole record stays in the details.
 *
 * Without a path to a title, `title`, `summary` or `message` is it, as in the generic format.
 */
export const mapping: Format = {
  name: 'mapping',
  summary: 'any JSON, by paths to its fields that you give',
  preset: { auth: { type: 'bearer' } },
  read: readMapped,
};

type Expressions = Partial<Record<MappedField, FieldExpression>>;

/** Configuration is a handful of objects that live as long as they are cached; each is parsed once. */
const parsed = new WeakMap<FieldMapping, Expressions>();

function readMapped(record: Fields, { source }: FormatContext): AlertDraft {
  const settings = source?.mapping ?? { fields: {}, severityScale: 'words', resolvedWhen: [] };
  const expressions = expressionsOf(settings);
  const at = <T>(field: MappedField, read: (value: unknown) => T | undefined): T | undefined => {
    const expression = expressions[field];
    return expression === undefined ? undefined : readAt(record, expression, read);
  };
  const written = (field: MappedField): string | undefined => at(field, oneText);
  const several = (field: MappedField): string[] => at(field, someTexts) ?? [];
  const title =
    written('title') ?? text(record['title']) ?? text(record['summary']) ?? text(record['message']);
  const statusWord = written('status');
  const rule = written('rule');
  const action = written('action');
  const remediation = written('remediation');
  const url = at('link', webUrl);
  return {
    ...optional('type', written('type')),
    ...statusOf(statusWord, settings, record),
    ...graded(at('severity', text), SCALES[settings.severityScale]),
    ...optional('title', title?.trim().split('\n', 1)[0]),
    ...optional(
      'description',
      written('description') ?? (title?.trim().includes('\n') === true ? title : undefined),
    ),
    ...optional('event_time', at('event_time', eventTime)),
    ...optional('source_alert_id', written('source_alert_id')),
    ...optional('dedup_key', written('dedup_key')),
    ...optional('confidence', at('confidence', percentage)),
    ...(rule !== undefined && { rule: { name: rule } }),
    ...listed('mitre', several('mitre')),
    ...listed(
      'resources',
      several('resource').map((name) => ({ name })),
    ),
    ...listed(
      'actors',
      several('actor').map((name) => ({ name })),
    ),
    ...listed(
      'observables',
      several('ip').map((value) => ({ type: 'ip', value })),
    ),
    ...(action !== undefined && { actions_taken: [{ name: action }] }),
    ...(remediation !== undefined && { remediation: { summary: remediation } }),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    ...optional('environment', written('environment')),
    labels: {},
    details: filled(record),
  };
}

/** The operator's words first, then the usual ones. A word that neither knows is told, unless the operator named theirs. */
function statusOf(
  word: string | undefined,
  { resolvedWhen }: FieldMapping,
  record: Fields,
): Pick<AlertDraft, 'status' | 'unknownStatus' | 'dismissal'> {
  if (word === undefined) return {};
  if (resolvedWhen.includes(word.trim().toLowerCase())) return { status: 'resolved' };
  const status = asJudged(record, statusFromWord(word));
  if (status === 'dismissed') return { status, ...usualDismissal(record) };
  return status === undefined ? { ...(resolvedWhen.length === 0 && { unknownStatus: word }) } : { status };
}

/** What a path leads to as one text: a list of texts is joined; an object says too much to be one. */
function oneText(value: unknown): string | undefined {
  if (isFields(value)) return undefined;
  const found = texts(value);
  return found.length === 0 ? undefined : found.join(', ');
}

/** A text, or every text of a list. */
function someTexts(value: unknown): string[] | undefined {
  const found = isFields(value) ? [] : texts(value);
  return found.length === 0 ? undefined : found;
}

function percentage(value: unknown): number | undefined {
  const number = Number(text(value) ?? Number.NaN);
  return number >= 0 && number <= 100 ? number : undefined;
}

/** Numbers are often sent as texts. */
function eventTime(value: unknown): string | undefined {
  return instant(typeof value === 'string' && /^\d{9,19}(?:\.\d+)?$/u.test(value) ? Number(value) : value);
}

function expressionsOf(settings: FieldMapping): Expressions {
  let expressions = parsed.get(settings);
  if (expressions === undefined) {
    expressions = Object.fromEntries(
      Object.entries(settings.fields).map(([field, path]) => [field, parseFieldExpression(path)]),
    );
    parsed.set(settings, expressions);
  }
  return expressions;
}
