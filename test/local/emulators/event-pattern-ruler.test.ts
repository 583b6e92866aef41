import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEventPattern } from '../../../local/emulators/eventbridge/event-pattern.ts';
import { InvalidEventPatternError } from '../../../local/emulators/eventbridge/pattern-filters.ts';

type Answer = 'fits' | 'does not fit' | 'refused' | 'taken';
type Case = [name: string, pattern: string, event: string, answer: Answer];

const { cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/event-patterns/ruler.json'), 'utf8'),
) as { cases: Case[] };

/** What is not JSON is refused before anybody reads a pattern; a template has no such text. */
function answerOf(pattern: string, event: string, asked: Answer): Answer | 'not JSON' {
  let parsed: unknown;
  try {
    parsed = JSON.parse(pattern);
  } catch {
    return 'not JSON';
  }
  try {
    const fits = readEventPattern(parsed)(JSON.parse(event));
    if (asked === 'taken') return 'taken';
    return fits ? 'fits' : 'does not fit';
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    return 'refused';
  }
}

const byMethod = Map.groupBy(cases, ([name]) => name.split(':')[0] ?? '');

describe('event patterns are answered as AWS answers them', () => {
  test('the cases are there', () => {
    expect(cases.length).toBeGreaterThan(900);
    expect(new Set(cases.map(([, , , answer]) => answer))).toEqual(
      new Set(['fits', 'does not fit', 'refused', 'taken']),
    );
  });

  test.each([...byMethod])('%s', (_method, its) => {
    const different = its.flatMap(([name, pattern, event, answer]) => {
      const ours = answerOf(pattern, event, answer);
      return ours === answer || (ours === 'not JSON' && answer === 'refused')
        ? []
        : [{ name, pattern, event, ruler: answer, ours }];
    });
    expect(different).toEqual([]);
  });
});
