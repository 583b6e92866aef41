import type { LiveLink } from './live-links.ts';
import { briefly, ours, shownLine, shownText, type ShownText } from './shown-text.ts';

const MAX_ROWS = 60;
const MAX_DEPTH = 6;
const MAX_VALUE = 500;
/** Some four lines of a phone. */
const BRIEF_VALUE = 160;

/** `brief`: the value where a phone's reader stops; `link`: where the value leads, when that may be opened from a mail. */
export type Row = { label: ShownText; value: ShownText; brief?: ShownText; link?: LiveLink };

/**
 * Details as rows: `{"geo": {"country": "NZ"}, "ports": [22, 80]}` → `geo › country: NZ`, `ports: 22, 80`.
 *
 * At most 60 rows of 500 characters; `omitted` counts the others. What is empty has no row.
 */
export function flattenDetails(details: Record<string, unknown>): { rows: Row[]; omitted: number } {
  const rows: Row[] = [];
  let omitted = 0;
  const add = (path: string[], value: string) => {
    if (rows.length === MAX_ROWS) {
      omitted += 1;
      return;
    }
    rows.push(rowOf(labelOf(path), shownText(value, MAX_VALUE)));
  };
  const walk = (path: string[], value: unknown): void => {
    if (isEmpty(value)) return;
    if (typeof value !== 'object' || value === null) {
      add(path, scalar(value));
    } else if (Array.isArray(value) && value.every((entry) => typeof entry !== 'object')) {
      add(path, value.map(scalar).join(', '));
    } else if (path.length === MAX_DEPTH) {
      add(path, JSON.stringify(value).slice(0, MAX_VALUE * 5));
    } else {
      const entries: [string, unknown][] = Array.isArray(value)
        ? value.map((entry, index) => [String(index + 1), entry])
        : Object.entries(value);
      for (const [name, inner] of entries) walk([...path, name], inner);
    }
  };
  for (const [name, value] of Object.entries(details)) walk([name], value);
  return { rows, omitted };
}

/** A row, with a shorter value for phones where its value is long. */
export function rowOf(label: ShownText, value: ShownText): Row {
  const brief = briefly(value, BRIEF_VALUE);
  return { label, value, ...(brief !== undefined && { brief }) };
}

/** What a sender leaves empty is no fact. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  if (typeof value !== 'object') return value === undefined;
  return value === null || Object.values(value).every(isEmpty);
}

function labelOf(path: string[]): ShownText {
  return ours(path.map((name) => (name.trim() === '' ? '(no name)' : shownLine(name, 60))).join(' › '));
}

/** A value as a person reads it: `yes` and `no` for what is true or not. */
export function scalar(value: unknown): string {
  if (value === true) return 'yes';
  if (value === false) return 'no';
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
