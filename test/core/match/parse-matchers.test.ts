import { array, assert, constantFrom, oneof, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FIELD_NAMES,
  type Matcher,
  type Operator,
  printMatcher,
  printMatchers,
} from '../../../functions/core/match/matcher.ts';
import { parseMatchers } from '../../../functions/core/match/parse-matchers.ts';
import { SEVERITIES } from '../../../functions/core/model/wire/severity.ts';
import { anyCharacter } from '../../any-character.ts';

const m = (name: string, operator: Operator, value: string): Matcher => ({ name, operator, value });

/** What the parser of Alertmanager (pkg/labels/parse.go) makes of the same texts, as its own tests say it. */
describe('matchers that amtool takes', () => {
  it.each<[string, Matcher[]]>([
    ['{foo="bar"}', [m('foo', '=', 'bar')]],
    ['{foo=~"bar.*"}', [m('foo', '=~', 'bar.*')]],
    ['{foo!="bar"}', [m('foo', '!=', 'bar')]],
    ['{foo!~"bar.*"}', [m('foo', '!~', 'bar.*')]],
    ['{foo="bar", baz!="quux"}', [m('foo', '=', 'bar'), m('baz', '!=', 'quux')]],
    [
      '{foo="bar",baz!~".*quux", derp="wat"}',
      [m('foo', '=', 'bar'), m('baz', '!~', '.*quux'), m('derp', '=', 'wat')],
    ],
    ['{foo=""}', [m('foo', '=', '')]],
    ['{foo="bar,quux", job="job1"}', [m('foo', '=', 'bar,quux'), m('job', '=', 'job1')]],
    ['{foo = "bar", dings != "bums", }', [m('foo', '=', 'bar'), m('dings', '!=', 'bums')]],
    ['foo=bar,dings!=bums', [m('foo', '=', 'bar'), m('dings', '!=', 'bums')]],
    [String.raw`{quote="She said: \"Hi, ladies!\""}`, [m('quote', '=', 'She said: "Hi, ladies!"')]],
    ['statuscode=~"5.."', [m('statuscode', '=~', '5..')]],
    [
      String.raw`contains_quote != "\"" , contains_comma !~ "foo,bar" , `,
      [m('contains_quote', '!=', '"'), m('contains_comma', '!~', 'foo,bar')],
    ],
    [String.raw`trickier="\\=\\=\""`, [m('trickier', '=', String.raw`\=\="`)]],
    ['job=', [m('job', '=', '')]],
    ['{}', []],
    ['foo=bar baz', [m('foo', '=', 'bar baz')]],
    ['foo=a=b', [m('foo', '=', 'a=b')]],
    ['"foo bar"="baz"', [m('foo bar', '=', 'baz')]],
    [String.raw`path=~"C:\\Windows\\.*"`, [m('path', '=~', String.raw`C:\Windows\.*`)]],
    [String.raw`path=~"\d+\.log"`, [m('path', '=~', String.raw`\d+\.log`)]],
    ['env!=dev', [m('env', '!=', 'dev')]],
    ['app.kubernetes.io/name=web', [m('app.kubernetes.io/name', '=', 'web')]],
    ['severity>=high', [m('severity', '>=', 'high')]],
    ['severity > low, severity<critical', [m('severity', '>', 'low'), m('severity', '<', 'critical')]],
    ['severity<="low"', [m('severity', '<=', 'low')]],
  ])('%s', (text, matchers) => {
    expect(parseMatchers(text)).toEqual({ matchers, problems: [] });
  });
});

describe('what is no matcher', () => {
  it.each([
    ['github', /"github" is no matcher; expected name=value/u],
    ['=dev', /"=dev" is no matcher/u],
    ['env:dev', /no matcher/u],
    ['env is dev', /no matcher/u],
    ['{foo="bar"', /no closing brace/u],
    ['foo="bar', /a quote without its partner/u],
    ['foo=bar"', /a quote without its partner/u],
    ['foo=b"a"r', /a quote inside its value/u],
    ['foo="bar"baz', /a quote inside its value/u],
    ["env='dev'", /quotes of another kind; expected env=dev$/u],
    ['env=`dev`', /quotes of another kind; expected env=dev$/u],
    ['env==dev', /"==" is no operator/u],
    ['env=!dev', /"=!" is no operator/u],
    ['env=~~dev', /"=~~" is no operator/u],
    ['env<>dev', /"<>" is no operator/u],
    ['severity=>high', /"=>" is no operator/u],
    ['{foo=bar}}', /brace in a value without quotes; expected foo="bar\}"/u],
    ['foo=~a{2}', /brace in a value without quotes; expected foo=~"a\{2\}"/u],
    ['env=prod team=web', /looks like two matchers; expected a comma between them/u],
    ['foo=bar,,baz=quux', /a comma without a matcher before it/u],
    [',foo=bar', /a comma without a matcher before it/u],
    ['env>=dev', /"env" has no order, so >= means nothing; only severity takes >=/u],
    ['env<dev', /"env" has no order/u],
    ['severity=urgent', /severity "urgent" is not known; expected severity=info, severity=low/u],
    ['severity>=High', /severity "High" is not known; expected severity>=info/u],
    [
      'status!=closed',
      /status "closed" is not known; expected status!=firing, status!=resolved, status!=dismissed/u,
    ],
    [`foo=${'x'.repeat(1_022)}`, /1025 characters; expected at most 1024/u],
    [Array.from({ length: 51 }, (_, at) => `l${at}=x`).join(','), /51 matchers; expected at most 50/u],
  ])('%s', (text, problem) => {
    expect(parseMatchers(text).problems).toEqual([expect.stringMatching(problem)]);
  });

  it('is told all at once', () => {
    expect(parseMatchers('github, severity=urgent, env>dev, team=web')).toEqual({
      matchers: [m('team', '=', 'web')],
      problems: [
        expect.stringContaining('"github"'),
        expect.stringContaining('"urgent"'),
        expect.stringContaining('"env"'),
      ],
    });
  });
});

describe('a matcher that is printed', () => {
  it.each([
    [m('env', '!=', 'dev'), 'env!=dev'],
    [m('team', '=', ''), 'team=""'],
    [m('team', '=~', 'a|b'), 'team=~"a|b"'],
    [m('title', '=', 'Disk full, "again"'), String.raw`title="Disk full, \"again\""`],
    [m('path', '=~', String.raw`\d+`), String.raw`path=~"\\d+"`],
    [m('a b', '=', 'c'), '"a b"=c'],
    [m('severity', '>=', 'high'), 'severity>=high'],
  ])('is %o as %s', (matcher, text) => {
    expect(printMatcher(matcher)).toBe(text);
  });

  it('reads the same again, whatever it holds', () => {
    const any = record({
      name: oneof(
        string({ minLength: 1, unit: 'grapheme' }),
        constantFrom('team', 'title', 'a=b', '"', '\\'),
      ).filter((name) => name.trim() !== '' && name !== 'severity' && name !== 'status'),
      operator: constantFrom<Operator>('=', '!=', '=~', '!~'),
      value: oneof(
        string({ unit: 'grapheme' }),
        constantFrom('\\', '\\n', '\n', ',', '}', ' x ', '"', '~', "'a'"),
      ),
    });
    const ofSeverity = record({
      name: constantFrom('severity'),
      operator: constantFrom<Operator>('=', '!=', '>=', '>', '<=', '<'),
      value: constantFrom(...SEVERITIES),
    });
    assert(
      property(array(oneof(any, ofSeverity), { maxLength: 5 }), (matchers) => {
        expect(parseMatchers(printMatchers(matchers))).toEqual({ matchers, problems: [] });
      }),
    );
  });

  it('never breaks the parser, whatever is written', () => {
    assert(
      property(string({ unit: anyCharacter }), constantFrom(...FIELD_NAMES), (text, name) => {
        for (const written of [text, `${name}${text}`, `{${name}=${text}`]) {
          const { matchers, problems } = parseMatchers(written);
          expect(problems.every((problem) => problem.length < 400)).toBe(true);
          if (problems.length === 0) {
            expect(parseMatchers(printMatchers(matchers)).matchers).toEqual(matchers);
          }
        }
      }),
    );
  });
});
