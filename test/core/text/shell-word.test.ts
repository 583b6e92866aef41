import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { quotedWord, shellWord } from '../../../functions/core/text/shell-word.ts';

it.each(['edge', 'Grafana EU', "Ana's", '$(id)', '`id`', 'a"b', '!x', 'ä', '-n'])(
  'a shell reads back %s as one word',
  (text) => {
    for (const word of [shellWord(text), quotedWord(text)]) {
      expect(execFileSync('sh', ['-c', `printf '%s' ${word}`], { encoding: 'utf8' })).toBe(text);
    }
  },
);

it('a word that needs no quotes has none', () => {
  expect(shellWord('grafana-eu.1/x')).toBe('grafana-eu.1/x');
});
