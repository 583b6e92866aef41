import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../bench/results.ts';
import { endOf } from '../../bench/run-command.ts';
import { sizes } from '../../bench/sizes.ts';
import { judge } from '../../bench/try-commands.ts';
import { NOT_INSTALLED, TARGET_MISSED } from '../../bench/verdict.ts';

const BENCH = join(import.meta.dirname, '../../bench');
const VERDICT = 'row 2: CPU: 4.9, target at most 5: met\n';
const MISSED = 'row 2: CPU: 5.1, target at most 5: MISSED\n';

describe('a command in its smallest size', () => {
  test.each([
    { what: 'met its targets', code: 0, printed: VERDICT, outcome: 'works' },
    { what: 'missed a target', code: TARGET_MISSED, printed: MISSED, outcome: 'works' },
    { what: 'threw after a verdict', code: 1, printed: VERDICT, outcome: 'broke' },
    { what: 'waits for something that never comes', code: 13, printed: VERDICT, outcome: 'broke' },
    { what: 'was killed', code: null, printed: VERDICT, outcome: 'broke' },
    { what: 'ended well and measured nothing', code: 0, printed: 'done\n', outcome: 'broke' },
    { what: 'lacks a program', code: NOT_INSTALLED, printed: 'x is not installed\n', outcome: 'is skipped' },
  ])('that $what $outcome', ({ code, printed, outcome }) => {
    expect(judge({ printed, end: endOf(code) }).outcome).toBe(outcome);
  });
});

describe('the sizes of a command', () => {
  const of = { alerts: { usual: 2_000, smallest: 20 }, rounds: { usual: 3, smallest: 1 } };

  test.each([
    { argv: [], alerts: 2_000, rounds: 3 },
    { argv: ['500'], alerts: 500, rounds: 3 },
    { argv: ['500', '--other', '2'], alerts: 500, rounds: 2 },
    { argv: ['--smallest'], alerts: 20, rounds: 1 },
    { argv: ['--smallest', '500'], alerts: 500, rounds: 1 },
  ])('are $alerts and $rounds with $argv', ({ argv, alerts, rounds }) => {
    expect(sizes(of, argv)).toEqual({ alerts, rounds });
  });

  test('are numbers', () => {
    expect(() => sizes(of, ['many'])).toThrow('alerts is "many"; expected a number');
  });
});

test.each(Array.from({ length: 17 }, (_, index) => index + 1))('some command measures row %i', (row) => {
  const sources = commands().map((command) => readFileSync(join(BENCH, command), 'utf8'));
  expect(sources.filter((source) => source.includes(`row ${String(row)}: `))).not.toEqual([]);
});
