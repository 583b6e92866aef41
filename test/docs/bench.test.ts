import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BENCH_SOURCE } from '../../bench/bench-source.ts';
import { commands, pageWith, resultsIn, type Result } from '../../bench/results.ts';
import { STORED_SOURCE } from '../../functions/core/config/stored/source.ts';
import results from '../../bench/results.json' with { type: 'json' };

const page = readFileSync(new URL('../../bench/README.md', import.meta.url), 'utf8');

describe('the page about what it costs', () => {
  test('shows what was measured', () => {
    expect(pageWith(page, results as Result[])).toBe(page);
  });

  test.each(commands())('explains %s', (command) => {
    expect(page).toContain(`**\`${command}\`.**`);
  });

  test('has numbers of commands that are there', () => {
    expect(commands()).toEqual(expect.arrayContaining((results as Result[]).map(({ command }) => command)));
  });
});

test('the source of the benches is one that ingest reads', () => {
  expect(STORED_SOURCE.problem(BENCH_SOURCE, '')).toBeUndefined();
});

test('a verdict is found between other lines', () => {
  const of = { command: 'calls.ts', day: '2026-11-27', machine: '2 processors' };
  const printed = [
    'waiting for: nothing',
    "row 15: others' p99 / alone: 3.25, target at most 5: met",
    'writes: 6.1, target at least 7: MISSED',
    'writes: many, target at most 7: met',
  ].join('\n');
  expect(resultsIn(printed, of)).toEqual([
    { ...of, name: "row 15: others' p99 / alone", value: '3.25', target: 'at most 5', isMet: true },
    { ...of, name: 'writes', value: '6.1', target: 'at least 7', isMet: false },
  ]);
});
