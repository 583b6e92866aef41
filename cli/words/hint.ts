import { shellWord } from '../../functions/core/text/shell-word.ts';

/** U+2063, invisible separator: `inert` takes it out of every text of others, so none of them can pose as a hint. */
const MARK = '\u2063';

/**
 * Stands in a text of ours for the tool as the reader has called it, target included: `${TOCSIN} alerts list` is printed as
 * `npx tocsin --stack Prod alerts list`, which can be pasted as it stands.
 */
export const TOCSIN = `${MARK}tocsin`;

/** A command that was put together elsewhere, as a hint. */
export function hint(command: string): string {
  return command.replace(/^tocsin(?= )/u, TOCSIN);
}

/** A text of ours with the command that it ends in, behind a colon, as a hint. Never a text of others. */
export function hintedText(text: string | undefined): string | undefined {
  return text?.replace(/(?<=: )tocsin (?=[a-z-]+(?: [^:]*)?$)/u, `${TOCSIN} `);
}

/** How the tool was called: by npx or by name, and for which gateway. What the environment says it says to the next one too. */
export function calledAs(
  { stack, data }: { stack?: string; data?: string },
  env: Record<string, string | undefined>,
): string {
  return [
    ...(env['npm_command'] === 'exec' ? ['npx'] : []),
    'tocsin',
    ...(stack === undefined ? [] : ['--stack', shellWord(stack)]),
    ...(data === undefined ? [] : ['--data', shellWord(data)]),
  ].join(' ');
}

/** The text with every hint as it can be pasted; in a JSON document, too. */
export function completeHints(text: string, called: string): string {
  const escaped = JSON.stringify(called).slice(1, -1);
  return text.replaceAll(TOCSIN, called).replaceAll(String.raw`\u2063tocsin`, escaped);
}
