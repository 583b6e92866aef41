import { expect, it } from 'vitest';
import { openDocuments } from '../../../cli/apply/yaml-document.ts';

const opened = (text: string) => openDocuments('f.yml', text);
const problemsOf = (text: string) =>
  opened(text).problems.map(({ line, column, message }) => `${String(line)}:${String(column)} ${message}`);

it('of a bomb the alias that makes it too long is named with its place', () => {
  const lines = Array.from({ length: 9 }, (_, level) => {
    const nine = Array.from({ length: 9 }, () => (level === 0 ? 'lol' : `*l${String(level - 1)}`));
    return `l${String(level)}: &l${String(level)} [${nine.join(', ')}]`;
  });
  expect(problemsOf(lines.join('\n'))).toEqual([
    expect.stringMatching(/^7:\d+ \*l5: with its aliases written out, .* 4000000 characters$/u),
  ]);
  expect(problemsOf(lines.slice(0, 6).join('\n'))).toEqual([]);
});

it('a long text that stands in many places is as long as all of them', () => {
  const uses = Array.from({ length: 500 }, (_, index) => `k${String(index)}: *t`).join('\n');
  expect(problemsOf(`t: &t ${'x'.repeat(10_000)}\n${uses}`)).toEqual([
    expect.stringMatching(/^400:\d+ \*t: /u),
  ]);
});

it('a value may be said in as many places as the file has', () => {
  const uses = Array.from({ length: 1_000 }, (_, index) => `k${String(index)}: *t`).join('\n');
  const { documents, problems } = opened(`t: &t [a, b]\n${uses}`);
  expect(problems).toEqual([]);
  expect(documents[0]?.value).toMatchObject({ k0: ['a', 'b'], k999: ['a', 'b'] });
});

it.each([
  ['a: *b', ['1:4 *b: nothing before it is marked &b']],
  ['a: *b\nb: &b 1', ['1:4 *b: nothing before it is marked &b']],
  ['a: &a {b: [*a]}', ['1:12 *a stands in what is marked &a']],
  ['a: &a 1\nb: &a 2\nc: *a', []],
])('%s', (text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});
