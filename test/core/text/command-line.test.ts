import { expect, test } from 'vitest';
import { tocsinCommand, withTarget } from '../../../functions/core/text/command-line.ts';

test('every word of a command is one word of the shell', () => {
  expect(tocsinCommand('destination', 'test', 'night desk')).toBe("tocsin destination test 'night desk'");
  expect(tocsinCommand('destination', 'show', "o'brien; rm -rf /")).toBe(
    `tocsin destination show 'o'\\''brien; rm -rf /'`,
  );
});

test.each([
  ['Try it: tocsin destination test siem', 'Try it: npx tocsin destination test siem --stack Tocsin'],
  [
    'Resume: tocsin destination test a && tocsin destination enable a',
    'Resume: npx tocsin destination test a --stack Tocsin && npx tocsin destination enable a --stack Tocsin',
  ],
  ['tocsin status', 'npx tocsin status --stack Tocsin'],
  ['Look at the dashboard of tocsin first', 'Look at the dashboard of tocsin first'],
])('%s is completed to %s', (text, complete) => {
  expect(withTarget(text, '--stack Tocsin')).toBe(complete);
});

test('a target is quoted, and may be none', () => {
  expect(withTarget('tocsin status', '--data /my data')).toBe("npx tocsin status --data '/my data'");
  expect(withTarget('tocsin status', '')).toBe('npx tocsin status');
});
