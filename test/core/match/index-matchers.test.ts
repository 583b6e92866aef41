import { array, assert, constantFrom, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexMatchers } from '../../../functions/core/match/index-matchers.ts';
import type { Matcher, Operator } from '../../../functions/core/match/matcher.ts';
import { parseMatchers } from '../../../functions/core/match/parse-matchers.ts';
import { compiledExpression, expressionProblems } from '../../../functions/core/match/regular-expressions.ts';
import { listedTexts, requiredTexts } from '../../../functions/core/match/required-text.ts';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';
import { anAlert } from '../../adapters/records.ts';

const alert = anAlert({
  type: 'github.push',
  severity: 'high',
  severity_id: 4,
  title: 'Disk full\non web-1',
  source: { id: 'src_1', name: 'ci', format: 'github' },
  labels: { team: 'web', environment: 'stage', type: 'label of that name', 'a b': 'c' },
});

function holds(text: string, given: Partial<Alert> = {}): boolean {
  const { matchers, problems } = parseMatchers(text);
  expect(problems).toEqual([]);
  expect(expressionProblems(matchers)).toEqual([]);
  return indexMatchers([matchers])({ ...alert, ...given }).length === 1;
}

describe('a list of matchers', () => {
  it.each<[string, boolean]>([
    ['team=web', true],
    ['team=we', false],
    ['team!=web', false],
    ['env!=dev', true],
    ['env=""', true],
    ['env!=""', false],
    ['env=~".*"', true],
    ['env=~".+"', false],
    ['env!~"dev|test"', true],
    ['team=~we', false],
    ['team=~"w.b"', true],
    ['team=~"web|db"', true],
    ['team!~"web|db"', false],
    ['type=~"github\\..*"', true],
    ['type=~"(?i)GITHUB.*"', true],
    ['title=~".*web.*"', true],
    ['title=~"Disk full.on.*"', true],
    ['source=ci', true],
    ['source=src_1', true],
    ['source!=src_1', false],
    ['source!=ci', false],
    ['source=~"c.|other"', true],
    ['source!~"ci"', false],
    ['format=github', true],
    ['status=firing', true],
    ['status!=firing', false],
    ['severity=high', true],
    ['severity>=high', true],
    ['severity>high', false],
    ['severity>medium', true],
    ['severity<=high', true],
    ['severity<high', false],
    ['severity<=medium', false],
    ['severity=~"high|critical"', true],
    ['severity!=critical', true],
    ['environment=stage', true],
    ['labels.type="label of that name"', true],
    ['type="label of that name"', false],
    ['"a b"=c', true],
    ['constructor=""', true],
    ['__proto__=""', true],
    ['team=web,severity>=high', true],
    ['team=web,severity>=critical', false],
    ['{}', true],
  ])('%s: %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  it("asks for the alert's own environment before that of a label", () => {
    expect(holds('environment=prod', { environment: 'prod' })).toBe(true);
    expect(holds('labels.environment=stage', { environment: 'prod' })).toBe(true);
  });

  it.each(['severity=critical', 'severity>=critical', 'severity=~"critical"', 'severity!=medium'])(
    '%s holds for an alert that ends without saying its severity',
    (text) => {
      const assumed: Partial<Alert> = {
        severity: 'medium',
        severity_id: 3,
        status: 'resolved',
        is_severity_assumed: true,
      };
      expect(holds(text, assumed)).toBe(true);
    },
  );
});

describe('a regular expression', () => {
  it.each(['(', '[a', 'a{2,1}', 'a**', '\\', '(?=a)', '(?<!a)b', '(a)\\1', '((a{100}){100}){100}'])(
    '%s is refused by name, with the reason',
    (value) => {
      const [problem, ...more] = expressionProblems([
        { name: 'team', operator: '=~', value },
        { name: 'env', operator: '!~', value: 'fine' },
        { name: 'env', operator: '=', value },
      ]);
      expect(more).toEqual([]);
      expect(problem).toMatch(/^".*" of "team" is no regular expression of RE2: .+; RE2 has no lookahead/u);
      expect(problem).not.toContain('error parsing regexp');
    },
  );

  it.each(['(a+)+', '(a|a)*', '(a|aa)+', '([a-z]+)*', '(.*)*', '(a*)*b'])(
    '%s ends with a text on which others never do',
    (value) => {
      const matching = indexMatchers([[{ name: 'title', operator: '=~', value }]]);
      const title = `${'a'.repeat(20_000)}!`;
      expect(matching({ ...alert, title })).toEqual(value === '(.*)*' ? [0] : []);
    },
  );
});

describe('an index of many lists', () => {
  const fragments = constantFrom(
    'a',
    'b',
    'team',
    '-',
    'x?',
    'b*',
    'a+',
    '.',
    '.*',
    '[ab]',
    '[^x]',
    '(ab|team)',
    '(?:a)',
    '(?i)t',
    '\\.',
    '\\d',
    'm{2}',
    'e{0,1}',
    '|',
    '^',
    '$',
    '\\Qa\\E',
    '😀*',
    '(?P<n>b)',
    'web',
  );
  const patterns = array(fragments, { maxLength: 6 })
    .map((parts) => parts.join(''))
    .filter((value) => expressionProblems([{ name: 'x', operator: '=~', value }]).length === 0);
  const values = array(
    constantFrom('a', 'b', 'team', 'tEAm', '-', '.', 'mm', 'm', '1', '😀', 'web', '\n', 'xx'),
    {
      maxLength: 6,
    },
  ).map((parts) => parts.join(''));

  it('answers what each list answers by itself', () => {
    const matchers = record({
      name: constantFrom('team', 'title', 'type', 'source', 'none'),
      operator: constantFrom<Operator>('=', '!=', '=~', '!~'),
      value: patterns,
    });
    const alone = (list: readonly Matcher[], { labels, title, type, source }: Alert) =>
      list.every(({ name, operator, value }) => {
        const seen = { title: [title], type: [type], source: [source.id, source.name] }[name] ?? [
          labels[name] ?? '',
        ];
        const test = operator.endsWith('~') ? compiledExpression(value) : (text: string) => text === value;
        return seen.some(test) !== operator.startsWith('!');
      });
    assert(
      property(
        array(array(matchers, { maxLength: 3 }), { maxLength: 8 }),
        record({ team: oneof(values, patterns), title: values, type: values, name: values }),
        (lists, { team, title, type, name }) => {
          const given = anAlert({
            title,
            type,
            labels: { team },
            source: { id: 'src_1', name, format: 'generic' },
          });
          const expected = [...lists.keys()].filter((position) => alone(lists[position] ?? [], given));
          const matching = indexMatchers(lists);
          expect(matching(given)).toEqual(expected);
          // From what it remembers.
          expect(matching(given)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['by a team', (at: number) => `team=~"team-${at}|squad-${at}"`, { labels: { team: 'squad-700' } }],
    [
      'by a part of the title',
      (at: number) => `title=~".*host web-${at}-(alpha|beta)[0-9]+.*"`,
      { title: 'Disk full on host web-700-beta12 again' },
    ],
    [
      'by a type, at one source',
      (at: number) => `source=ci,type=~"vendor\\.kind${at}\\..*"`,
      { type: 'vendor.kind700.x' },
    ],
    [
      'by what it is not',
      (at: number) => `title!~".*host web-${at}-.*"`,
      { title: 'Disk full on host web-700-beta12 again' },
    ],
  ])('runs hardly more expressions for 1,000 routes %s than for one', (_what, textOf, given) => {
    let runs = 0;
    const counted = (pattern: string) => {
      const test = compiledExpression(pattern);
      return (value: string) => {
        runs += 1;
        return test(value);
      };
    };
    const lists = Array.from({ length: 1_000 }, (_, at) => parseMatchers(textOf(at)).matchers);
    const found = indexMatchers(lists, counted)(anAlert({ ...alert, ...given }));
    expect(found.includes(700)).toBe(!textOf(0).includes('!~'));
    expect(found.length).toBe(textOf(0).includes('!~') ? 999 : 1);
    expect(runs).toBeLessThanOrEqual(3);
  });
});

describe('what every match must contain', () => {
  it.each<[string, string[] | undefined]>([
    ['.*team-(a|b)[0-9]+', ['team-']],
    ['disk|memory', ['disk', 'memory']],
    ['disk|.*', undefined],
    ['ab?c*de+f', ['de']],
    ['a.b\\.com', ['b.com']],
    ['(?i)disk', undefined],
    ['disk(?i)full', undefined],
    ['\\Qa|b\\E', undefined],
    ['😀*', undefined],
    ['x{0}yes', ['yes']],
    ['{(})x', undefined],
    ['[|]long', ['long']],
    ['(a|long)er', ['er']],
    ['', undefined],
  ])('%s: %o', (pattern, texts) => {
    expect(requiredTexts(pattern)).toEqual(texts);
  });

  it('is the whole value where the expression lists its values', () => {
    expect(listedTexts('src_a|src_b')).toEqual(['src_a', 'src_b']);
    expect(listedTexts('a\\.b|')).toEqual(['a.b', '']);
    expect(listedTexts('a+|b')).toBeUndefined();
  });
});
