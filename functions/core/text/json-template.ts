import { cutWithCount } from './cut.ts';
/**
 * A template that was read: plain JSON in which strings may hold placeholders.
 *
 * Reading the template as JSON first, and filling in values afterwards, is why no library is used: template languages
 * work on text, where a value can end the string it stands in. Here the result is JSON whatever the alert holds.
 */
type JsonTemplate = { root: unknown };

/** How much one placeholder may give, in characters. */
type FillLimits = { text: number; json: number };

const MAX_LENGTH = 32_768;
const MAX_PLACEHOLDERS = 100;
const MAX_DEPTH = 32;

/** A string literal (left as it is), or `{{json path}}` outside of one. */
const STRING_OR_BARE = /"(?:[^"\\]|\\.?)*(?:"|$)|\{\{\s*json\s+([^{}\s]+)\s*\}\}/g;
const WHOLE_VALUE = /^\{\{\s*json\s+([^{}\s]+)\s*\}\}$/;
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
/** Names with dots between them; a number is the place in a list. */
const PATH = /^[\w@$-]+(?:\.[\w@$/-]+)*$/;

/** First words of paths: the fields of an alert, and what the context adds. */
const ROOTS = new Set(
  [
    'schema_version id type status severity severity_id severity_original title description event_time received_at',
    'source tenant_id source_alert_id dedup_key confidence rule mitre resources actors observables actions_taken',
    'remediation links environment labels details raw delivery destination',
  ].flatMap((line) => line.split(' ')),
);

/**
 * Reads a template, or says what is wrong with it in words that follow "the template".
 *
 * `{{path}}` stands inside strings and gives text; `{{json path}}` stands for a whole value, with quotes or without.
 */
export function parseTemplate(
  text: string,
): { ok: true; template: JsonTemplate } | { ok: false; problem: string } {
  if (text.length > MAX_LENGTH) return { ok: false, problem: `is longer than ${MAX_LENGTH} characters` };
  const quoted = text.replaceAll(STRING_OR_BARE, (match, path: string | undefined) =>
    path === undefined ? match : JSON.stringify(`{{json ${path}}}`),
  );
  let root: unknown;
  try {
    root = JSON.parse(quoted);
  } catch (error) {
    const outside = /\{\{(?!\s*json\s)[^{}]*\}\}/.exec(
      quoted.replaceAll(/"(?:[^"\\]|\\.?)*(?:"|$)/g, '""'),
    )?.[0];
    return {
      ok: false,
      problem:
        outside === undefined
          ? `is not JSON: ${error instanceof Error ? error.message : 'cannot be read'}`
          : `has ${outside} outside of a string; expected "${outside}" or ${outside.replace('{{', '{{json ')}`,
    };
  }
  if (typeof root !== 'object' || root === null)
    return { ok: false, problem: 'is not a JSON object or array' };
  const found = { placeholders: 0 };
  const problem = problemOf(root, found, MAX_DEPTH);
  if (problem !== undefined) return { ok: false, problem };
  if (found.placeholders > MAX_PLACEHOLDERS) {
    return {
      ok: false,
      problem: `has ${found.placeholders} placeholders; expected at most ${MAX_PLACEHOLDERS}`,
    };
  }
  return { ok: true, template: { root } };
}

/** The template with every placeholder filled in from `view`; what is not there is empty text, or null. */
export function fillTemplate(template: JsonTemplate, view: unknown, limits?: FillLimits): unknown {
  return filled(template.root, view, limits);
}

function filled(node: unknown, view: unknown, limits: FillLimits | undefined): unknown {
  if (typeof node === 'string') {
    const whole = WHOLE_VALUE.exec(node)?.[1];
    if (whole !== undefined) return jsonOf(valueAt(view, whole), limits);
    return node.replaceAll(PLACEHOLDER, (_match, path: string) =>
      textOf(valueAt(view, path.trim()), limits?.text),
    );
  }
  if (Array.isArray(node)) return node.map((one) => filled(one, view, limits));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([name, one]) => [name, filled(one, view, limits)]));
}

/**
 * Own fields alone: `constructor` and its like are not part of an alert. Names may hold dots themselves, as labels do,
 * so the longest name that is there goes first.
 */
function valueAt(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path];
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot);
    if (Object.hasOwn(value, name)) {
      return valueAt((value as Record<string, unknown>)[name], path.slice(dot + 1));
    }
  }
  return undefined;
}

function textOf(value: unknown, max = Number.POSITIVE_INFINITY): string {
  if (value === undefined || value === null) return '';
  const isPlain = (one: unknown): boolean => typeof one !== 'object' || one === null;
  const text =
    typeof value === 'string'
      ? value
      : Array.isArray(value) && value.every(isPlain)
        ? value.join(', ')
        : JSON.stringify(value);
  return cutWithCount(text, max);
}

function jsonOf(value: unknown, limits: FillLimits | undefined): unknown {
  const size = value === undefined || limits === undefined ? 0 : JSON.stringify(value).length;
  return limits !== undefined && size > limits.json ? `(left out: ${size} characters)` : (value ?? null);
}

function problemOf(node: unknown, found: { placeholders: number }, levels: number): string | undefined {
  if (typeof node === 'string') return textProblem(node, found);
  if (typeof node !== 'object' || node === null) return undefined;
  if (levels === 0) return `is nested deeper than ${MAX_DEPTH} levels`;
  const key = Object.keys(node).find((name) => name.includes('{{'));
  if (key !== undefined) return `has a placeholder in the field name ${JSON.stringify(key)}; names are fixed`;
  for (const one of Object.values(node) as unknown[]) {
    const problem = problemOf(one, found, levels - 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function textProblem(text: string, found: { placeholders: number }): string | undefined {
  const whole = WHOLE_VALUE.exec(text)?.[1];
  const paths =
    whole === undefined ? [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '') : [whole];
  if (text.replaceAll(PLACEHOLDER, '').includes('{{'))
    return `has {{ without its }} in ${JSON.stringify(text)}`;
  found.placeholders += paths.length;
  for (const path of paths.map((one) => one.trim())) {
    if (/^json\s/.test(path)) {
      return `has {{${path}}} inside a longer string; {{json path}} stands for a whole value`;
    }
    if (!PATH.test(path)) return `has {{${path}}}, which is not a path such as {{details.source_ip}}`;
    const [first = ''] = path.split('.');
    if (!ROOTS.has(first)) return `has {{${path}}}, and an alert has no field ${JSON.stringify(first)}`;
  }
  return undefined;
}
