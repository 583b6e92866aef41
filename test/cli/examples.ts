import { run } from './run.ts';

/** What each command says of itself, asked once: files that share a process ask for the same. */
const helps = new Map<string, Promise<string>>();

async function helpOf(path: readonly string[]): Promise<string> {
  const command = path.join(' ');
  const asked = helps.get(command) ?? run([...path, '--help']).then(({ stdout }) => stdout);
  helps.set(command, asked);
  return asked;
}

/** Every command and group, found by walking the help itself. */
export async function everyCommand(path: string[] = []): Promise<string[][]> {
  const listed = /\nCommands:\n([\s\S]*?)\n\n/.exec(await helpOf(path))?.[1] ?? '';
  const names = [...listed.matchAll(/^ {2}([a-z][a-z-]*)/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== 'help');
  const below = await Promise.all(names.map(async (name) => everyCommand([...path, name])));
  return [path, ...below.flat()];
}

/**
 * The command lines of the examples of these commands, each once. What stands before and after a pipe is the shell's; a
 * file that an example names does not exist here, and a wizard that asks for everything needs a terminal.
 */
export async function examplesOf(paths: readonly string[][]): Promise<string[]> {
  const said = await Promise.all(paths.map(helpOf));
  const lines = said
    .flatMap((help) => help.match(/^ {2}\$ .*$/gm) ?? [])
    .filter((line) => !/ setup --channel \w+$/.test(line))
    .map((line) =>
      line
        .replace(/^.*?(?:^ {2}\$ |\| )tocsin /, '')
        .replace(/ \| .*$/, '')
        .replace(/ --(?:ca-file|schema) \S+/, ''),
    );
  return [...new Set(lines)];
}

/** As a shell takes it apart. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
}
