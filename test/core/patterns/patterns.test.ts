import { describe, expect, it } from 'vitest';
import { attacksOn, textOf, type Attack } from './attack-strings.ts';
import { stepCounter, TooManySteps, type Counter } from './count-steps.ts';
import { isLinearByShape } from './linear-by-shape.ts';
import { patternsIn } from './patterns-in-sources.ts';

/** The folders whose programs see texts of alerts. */
const SEE_ALERTS = ['functions', 'cli', 'console'];
const found = SEE_ALERTS.map((folder) => {
  const { patterns, made } = patternsIn(new URL(`../../../${folder}/`, import.meta.url));
  return {
    patterns: patterns.map(({ at, ...pattern }) => ({ ...pattern, at: `${folder}/${at}` })),
    made: made.map((file) => `${folder}/${file}`),
  };
});
const patterns = found.flatMap((one) => one.patterns).filter(({ at }) => !at.includes('/.built/'));
const made = new Set(found.flatMap((one) => one.made));

/** Linear work doubles with the text; what is added to it once (a beginning, an end) makes that a little less. */
const MOST_GROWTH = 2.5;
const MAX_STEPS = 300_000;
/** Patterns that see no text longer than this says. */
const BOUNDED: Record<string, string> = {
  'functions/core/match/field-path.ts':
    'a path of a mapping: an operator writes it, 1,024 characters at most',
  'cli/destination/read-ca-file.ts': 'a file of the operator',
  'cli/destination/read-client-certificate.ts': 'files of the operator',
  'cli/lookup/read-csv.ts': 'a file of the operator',
};

function steps(counter: Counter, attack: Attack, times: number): number {
  try {
    return counter(textOf(attack, times), MAX_STEPS);
  } catch (error) {
    if (error instanceof TooManySteps) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** The first text on which a pattern does more than twice the work when it is twice as long, again and again. */
function slowOn(source: string, flags: string): Attack | undefined {
  if (isLinearByShape(source, flags)) return undefined;
  const counter = stepCounter(source, flags);
  const grows = (attack: Attack, times: number): boolean => {
    const twice = steps(counter, attack, 2 * times);
    return twice === Number.POSITIVE_INFINITY || twice > MOST_GROWTH * steps(counter, attack, times);
  };
  return attacksOn(source, flags).find(
    // A bounded part grows until its bound is reached, so what looks slow is looked at again on longer texts.
    (attack) => grows(attack, 10) && grows(attack, 150) && grows(attack, 300),
  );
}

const isSlow = new Map<string, boolean>();

/** The same, found once for a pattern that stands in several files. */
function isSlowAnywhere(source: string, flags: string): boolean {
  const key = `/${source}/${flags}`;
  const answer = isSlow.get(key) ?? slowOn(source, flags) !== undefined;
  isSlow.set(key, answer);
  return answer;
}

describe('the counter of steps', () => {
  it.each([
    ['ms-[a-z-]+:', 'giu'],
    ['[ \\t]+$', 'g'],
    ['\\s+$', ''],
    ['^(?:a+)+$', ''],
    ['^(?:a|a)*$', ''],
    ['[^\\s@]+@', 'g'],
    ['"(?:[^"\\\\]|\\\\.)*"', 'g'],
    ['daily.*quota', 'i'],
    ['<!--.*?-->', 'gs'],
    ['(?<=a*)b', 'g'],
    ['a{0,900}b', 'g'],
    ['(?:a{1,40}){1,40}b', 'g'],
  ])('finds what makes /%s/%s slow', (source, flags) => {
    expect(slowOn(source, flags)).toBeDefined();
  });

  it.each([
    ['ms-[a-z-]{1,40}:', 'giu'],
    ['(?<![ \\t])[ \\t]+$', 'g'],
    ['^[a-z]+(?:-[a-z]+)*$', ''],
    ['a{2,9}b?', 'g'],
    ['(a)\\1', 'gu'],
  ])('finds nothing where nothing is: /%s/%s', (source, flags) => {
    expect(slowOn(source, flags)).toBeUndefined();
  });

  it.each([
    ['b', '', 'aab', 3],
    ['a+', 'g', 'aaa', 5],
    ['aa', '', 'aba', 6],
  ])('counts each character that /%s/%s looks at in %j', (source, flags, text, expected) => {
    expect(stepCounter(source, flags)(text, 100)).toBe(expected);
  });
});

describe('the shape of a pattern', () => {
  it.each([
    ['^a{1,900}$', ''],
    ['^(?:a+)?b{0,9}$', ''],
    ['^[a-z]+://', 'i'],
    ['(?<!b)ba+', 'g'],
    ['a+|b+', 'g'],
    ['(?:a|b){2}', ''],
  ])('says that the work of /%s/%s is linear', (source, flags) => {
    expect(isLinearByShape(source, flags)).toBe(true);
  });

  it.each([
    ['a+b', 'g'],
    ['(?=a+)b', 'g'],
    ['^a+b', 'm'],
    ['^a+|b+c', ''],
    ['^a+a+$', ''],
    ['^(?:a+b){0,3}$', ''],
    ['^(?:a|a)*$', ''],
    ['^(?:a|a){0,60}b', ''],
    ['a{1,900}b', ''],
    ['(a|b*)+', ''],
  ])('says nothing of /%s/%s', (source, flags) => {
    expect(isLinearByShape(source, flags)).toBe(false);
  });
});

describe('the patterns that see texts of alerts', () => {
  it('are all spelled out, so that each is tested here', () => {
    // Of the schemas that an operator attaches to a source; they are asked whether they are patterns, and no more.
    expect([...made]).toEqual([
      'functions/core/config/schema-keywords.ts',
      // Of what an operator types; the pattern itself holds a number and nothing else that is not spelled out.
      'cli/config/whole-id.ts',
    ]);
    expect(patterns.length).toBeGreaterThan(150);
  });

  const inFiles = Map.groupBy(patterns, ({ at }) => at.split(':')[0] ?? '');

  it.each([...inFiles])('do linear work on any text: %s', (file, inFile) => {
    const slow = inFile.filter(({ source, flags }) => isSlowAnywhere(source, flags));
    // A file whose patterns see no long text has one that needs the exception.
    expect(BOUNDED[file] === undefined ? slow : []).toEqual([]);
    expect(slow.length > 0).toBe(BOUNDED[file] !== undefined);
  });
});
