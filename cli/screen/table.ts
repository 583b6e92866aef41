import { inert } from './terminal.ts';
import type { Paint } from './terminal.ts';

/**
 * One column. `shrinks` marks text that may be cut when the terminal is narrow, down to `floor` characters; ids never
 * are. A column that `mayDrop` is left out before texts become shorter than that, the last one first.
 */
export type Column<Row> = {
  title: string;
  value: (row: Row) => string;
  shrinks?: boolean;
  floor?: number;
  mayDrop?: boolean;
  paint?: (row: Row, text: string, paint: Paint) => string;
};

const GAP = 2;
const NARROWEST = 12;

type Screen = { width: number; paint: Paint };

/**
 * Rows under bold titles, as wide as the terminal and not wider; a last line names the columns that found no room. Where
 * even those that must stay find none, each row is a block of lines with everything in it.
 */
export function renderTable<Row>(
  rows: readonly Row[],
  allColumns: readonly Column<Row>[],
  screen: Screen,
): string {
  const columns = [...allColumns];
  const leftOut: string[] = [];
  while (leastWidth(columns, rows) > screen.width) {
    const last = columns.findLastIndex((column) => column.mayDrop === true);
    if (last < 0) return renderBlocks(rows, allColumns, screen);
    leftOut.unshift(...columns.splice(last, 1).map(({ title }) => title));
  }
  const cells = rows.map((row) => columns.map((column) => inert(column.value(row)) || '-'));
  const widths = fit(columns, cells, screen.width);
  const line = (texts: readonly string[], painted: (text: string, position: number) => string): string =>
    texts
      .map((text, position) => {
        const width = widths[position] ?? 0;
        const shown = cut(text, width);
        return painted(shown, position) + ' '.repeat(Math.max(0, width - widthOf(shown)));
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const titles = columns.map(({ title }) => title);
  return [
    line(titles, (text) => screen.paint('bold', text)),
    ...rows.map((row, index) =>
      line(cells[index] ?? [], (text, position) => {
        const paint = columns[position]?.paint;
        return paint === undefined ? text : paint(row, text, screen.paint);
      }),
    ),
    ...(leftOut.length === 0
      ? []
      : ['', screen.paint('dim', `No room for ${leftOut.join(', ')}: see --json, or a wider terminal`)]),
  ].join('\n');
}

/** Each row as names and values below each other: as narrow as a table can be, and the terminal breaks what is longer. */
function renderBlocks<Row>(rows: readonly Row[], columns: readonly Column<Row>[], { paint }: Screen): string {
  const blocks = rows.map((row) =>
    renderFields(
      columns.map((column): [string, string] => {
        const text = inert(column.value(row)) || '-';
        return [column.title, column.paint?.(row, text, paint) ?? text];
      }),
      paint,
    ),
  );
  return blocks.join('\n\n');
}

/** The beginning of a text that is wider than its column, with a mark that more would follow. */
function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let shown = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (widthOf(shown + segment) > width - 1) break;
    shown += segment;
  }
  return `${shown}…`;
}

/** Names and values below each other, the values aligned. A value may have several lines. */
export function renderFields(
  fields: readonly (readonly [string, string | undefined])[],
  paint: Paint,
): string {
  const shown = fields.filter((field): field is readonly [string, string] => field[1] !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length)) + GAP;
  return shown
    .map(([name, value]) => {
      const lines = value.split('\n').map((line) => line.trimEnd());
      return `${paint('dim', name.padEnd(width))}${lines.join(`\n${' '.repeat(width)}`)}`;
    })
    .join('\n');
}

/** Text indented by two, for what stands under a title. */
export function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

/** The width of a table whose texts are cut to their floors. */
function leastWidth<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): number {
  return columns.reduce(
    (sum, column) => {
      const natural = Math.max(column.title.length, ...rows.map((row) => widthOf(inert(column.value(row)))));
      const least = column.shrinks === true ? Math.min(natural, column.floor ?? NARROWEST) : natural;
      return sum + least;
    },
    GAP * (columns.length - 1),
  );
}

function fit<Row>(columns: readonly Column<Row>[], cells: string[][], width: number): number[] {
  const widths = columns.map((column, position) =>
    Math.max(column.title.length, ...cells.map((row) => widthOf(row[position] ?? ''))),
  );
  let excess = widths.reduce((sum, cell) => sum + cell, 0) + GAP * (columns.length - 1) - width;
  while (excess > 0) {
    // The widest column that may shrink gives first, so that two long ones end up alike.
    let widest = -1;
    for (const [position, column] of columns.entries()) {
      const isCandidate = column.shrinks === true && (widths[position] ?? 0) > (column.floor ?? NARROWEST);
      if (isCandidate && (widest < 0 || (widths[position] ?? 0) > (widths[widest] ?? 0))) widest = position;
    }
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** Characters that take two columns: the wide blocks of UAX #11, and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;

/** Columns that a text takes; combining marks take none. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (!/\p{M}/u.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
