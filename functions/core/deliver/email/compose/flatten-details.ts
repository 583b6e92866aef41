import { ours, shownLine, shownText, type ShownText } from './shown-text.ts';

const MAX_ROWS = 60;
const MAX_DEPTH = 6;
const MAX_VALUE = 500;

export type Row = { label: ShownText; value: ShownText };

/**
 * Details as rows: `{"geo": {"country": "NZ"}, "ports": [22, 80]}` → `geo › country: NZ`, `ports: 22, 80`.
 *
 * At most 60 rows of 500 characters; `omitted` counts the others.
 */
export function flattenDetails(details: Record<string, unknown>): { rows: Row[]; omitted: number } {
  const rows: Row[] = [];
  let omitted = 0;
  const add = (path: string[], value: string) => {
    if (rows.length === MAX_ROWS) {
      omitted += 1;
      return;
    }
    rows.push({ label: labelOf(path), value: shownText(value, MAX_VALUE) });
  };
  const walk = (path: string[], value: unknown): void => {
    if (typeof value !== 'object' || value === null) {
      add(path, scalar(value));
    } else if (Array.isArray(value) && value.every((entry) => typeof entry !== 'object')) {
      add(path, value.length === 0 ? 'none' : value.map(scalar).join(', '));
    } else if (path.length === MAX_DEPTH) {
      add(path, JSON.stringify(value).slice(0, MAX_VALUE * 5));
    } else {
      const entries: [string, unknown][] = Array.isArray(value)
        ? value.map((entry, index) => [String(index + 1), entry])
        : Object.entries(value);
      if (entries.length === 0) add(path, 'none');
      for (const [name, inner] of entries) walk([...path, name], inner);
    }
  };
  for (const [name, value] of Object.entries(details)) walk([name], value);
  return { rows, omitted };
}

function labelOf(path: string[]): ShownText {
  return ours(path.map((name) => (name.trim() === '' ? '(no name)' : shownLine(name, 60))).join(' › '));
}

function scalar(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (value === '') return '(empty)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
