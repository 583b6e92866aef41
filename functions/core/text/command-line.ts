import { shellWord } from './shell-word.ts';

/** A command of the CLI, each word quoted: `tocsin destination test 'night desk'`. Its target is the reader's: `withTarget`. */
export function tocsinCommand(...words: readonly string[]): string {
  return ['tocsin', ...words.map(shellWord)].join(' ');
}

/** Commands stand at the end of a text of ours, behind a colon; several are joined by `&&`. */
const COMMAND = /(?<=^|: |&& )tocsin [^\n]*?(?= && |$)/gmu;

/**
 * A text of ours whose commands can be pasted as they stand: `npx` calls the CLI in the checkout, and the target says which
 * gateway it is about, as in `npx tocsin status --stack Tocsin`.
 *
 * @param target a flag of the CLI and its value, for example `--stack Tocsin` or `--data /my data`; empty for none
 */
export function withTarget(text: string, target: string): string {
  const space = target.indexOf(' ');
  const flags = space < 0 ? target : `${target.slice(0, space)} ${shellWord(target.slice(space + 1))}`;
  return text.replace(COMMAND, (command) => ['npx', command, flags].filter((part) => part !== '').join(' '));
}
