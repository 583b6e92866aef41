import { describe, expect, it } from 'vitest';
import { renderTable, type Column } from '../../../cli/screen/table.ts';

type Row = { name: string; id: string; note: string };
const ROWS: Row[] = [
  { name: 'oncall', id: 'dst_AbCdEfGhIjKlMnOp', note: 'a note that is longer than the others are' },
  { name: '警報センター', id: 'dst_1234567890123456', note: '' },
];
const COLUMNS: Column<Row>[] = [
  { title: 'NAME', value: ({ name }) => name, shrinks: true },
  { title: 'ID', value: ({ id }) => id },
  { title: 'NOTE', value: ({ note }) => note, shrinks: true, floor: 30, mayDrop: true },
];
const plain = (width: number) => renderTable(ROWS, COLUMNS, { width, paint: (_style, text) => text });

describe('a table', () => {
  it('aligns its columns, wide letters included, and leaves no space at the end of a line', () => {
    expect(plain(100).split('\n')).toEqual([
      'NAME          ID                    NOTE',
      'oncall        dst_AbCdEfGhIjKlMnOp  a note that is longer than the others are',
      '警報センター  dst_1234567890123456  -',
    ]);
  });

  it('cuts what may be cut before anything goes, and marks the cut', () => {
    const [, first = ''] = plain(70).split('\n');
    expect(first).toBe('oncall        dst_AbCdEfGhIjKlMnOp  a note that is longer than the ot…');
    expect(first).toHaveLength(70);
  });

  it('names the columns that found no room', () => {
    expect(plain(50).split('\n')).toEqual([
      'NAME          ID',
      'oncall        dst_AbCdEfGhIjKlMnOp',
      '警報センター  dst_1234567890123456',
      '',
      'No room for NOTE: see --json, or a wider terminal',
    ]);
  });

  it('is a block of lines for each row where even what must stay finds no room, and leaves nothing out', () => {
    expect(plain(20).split('\n')).toEqual([
      'NAME  oncall',
      'ID    dst_AbCdEfGhIjKlMnOp',
      'NOTE  a note that is longer than the others are',
      '',
      'NAME  警報センター',
      'ID    dst_1234567890123456',
      'NOTE  -',
    ]);
  });

  it('paints a text after it was measured', () => {
    const painted = renderTable(
      [{ a: 'x', b: 'y' }],
      [
        { title: 'A', value: ({ a }) => a, paint: (_row, text, paint) => paint('red', text) },
        { title: 'B', value: ({ b }) => b },
      ],
      { width: 80, paint: (_style, text) => `<${text}>` },
    );
    expect(painted).toBe('<A>  <B>\n<x>  y');
  });
});
