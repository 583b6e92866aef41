import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GATEWAY_ERROR_CODES, RECORD_REJECTION_CODES } from '../../functions/core/errors.ts';
import { PROBLEMS } from '../../functions/handlers/middleware/http-errors.ts';

const page = readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8');

/** The cells of the tables' rows below a heading, up to the next heading. */
function rowsBelow(heading: string): string[][] {
  const section = page.split(/^## /mu).find((part) => part.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const codeIn = (row: string[]) => row[0]?.replaceAll('`', '');

describe('the page about problems', () => {
  const problems = rowsBelow('Problems of a request');
  const rejections = rowsBelow('Reasons why a record is rejected');

  it('has every code of a refusal once, in the order of the list', () => {
    expect(problems.map(codeIn)).toEqual([...GATEWAY_ERROR_CODES]);
  });

  it('has the status that the gateway answers with', () => {
    expect(Object.fromEntries(problems.map((row) => [codeIn(row), Number(row[1])]))).toEqual(
      Object.fromEntries(Object.entries(PROBLEMS).map(([code, { status }]) => [code, status])),
    );
  });

  it('has every code of a rejected record once, in the order of the list', () => {
    expect(rejections.map(codeIn)).toEqual([...RECORD_REJECTION_CODES]);
  });

  it('says of each what it means and what to do', () => {
    for (const row of [...problems, ...rejections]) {
      expect(row.slice(-2).every((cell) => cell.length > 5)).toBe(true);
    }
    expect(problems.every((row) => row.length === 4)).toBe(true);
    expect(rejections.every((row) => row.length === 3)).toBe(true);
  });
});
