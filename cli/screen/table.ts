import Table from 'cli-table3';
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
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
};

/** Rows under bold titles, no lines, as wide as the terminal and not wider. */
export function renderTable<Row>(
  rows: readonly Row[],
  allColumns: readonly Column<Row>[],
  screen: { width: number; paint: Paint },
): string {
  const columns = [...allColumns];
  while (leastWidth(columns, rows) > screen.width) {
    const last = columns.findLastIndex((column) => column.mayDrop === true);
    if (last < 0) break;
    columns.splice(last, 1);
  }
  const cells = rows.map((row) => columns.map((column) => inert(column.value(row)) || '-'));
  const colWidths = fit(columns, cells, screen.width);
  const table = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, compact: true, head: [], border: [] },
    colWidths,
  });
  table.push(columns.map((column) => screen.paint('bold', column.title)));
  for (const [index, row] of rows.entries()) {
    table.push(
      columns.map((column, position) => {
        const text = cells[index]?.[position] ?? '';
        return column.paint === undefined ? text : column.paint(row, text, screen.paint);
      }),
    );
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
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

/** Columns that a text takes: East Asian wide characters and emoji take two, combining marks none. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    width +=
      /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uff00-\uff60]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}
