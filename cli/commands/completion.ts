import { addCommand } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import type { Command } from 'commander';
import type { CommandFile } from '../command.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const addCompletion: CommandFile = (program, run) => {
  addCommand(program, run, {
    name: 'completion <shell>',
    summary: 'Print what lets a shell complete commands and flags: bash, zsh or fish',
    examples: ['tocsin completion bash', 'tocsin completion fish'],
    async run(_session, _options, name = '') {
      const shell = SHELLS.find((known) => known === name);
      if (shell === undefined) {
        throw wrongUsage(`${JSON.stringify(name)} is no shell that is known; expected ${SHELLS.join(', ')}`);
      }
      const words = wordsBelow(program);
      const script = shell === 'fish' ? fishScript(words) : bashScript(words, shell);
      return Promise.resolve({ json: { shell, script }, text: script });
    },
  });
};

/** The words that may follow, by the commands before them: `create`, `list`, ... after `source`; its flags after `source list`. */
function wordsBelow(command: Command, path: readonly string[] = []): Map<string, string[]> {
  const words = new Map<string, string[]>();
  const flags = command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []);
  words.set(path.join(' '), [...command.commands.map((below) => below.name()), ...flags, '--help']);
  for (const below of command.commands) {
    for (const [where, next] of wordsBelow(below, [...path, below.name()])) words.set(where, next);
  }
  return words;
}

/** zsh runs the same by its own emulation of bash's completion. */
function bashScript(words: ReadonlyMap<string, string[]>, shell: 'bash' | 'zsh'): string {
  const cases = [...words].map(([path, next]) => `    '${path}') echo '${next.join(' ')}' ;;`);
  return `${shell === 'zsh' ? 'autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n' : ''}_tocsin_words() {
  case "$1" in
${cases.join('\n')}
  esac
}
_tocsin() {
  local path='' next word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    [ -n "$(_tocsin_words "$next")" ] && path=$next
  done
  COMPREPLY=($(compgen -W "$(_tocsin_words "$path")" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _tocsin tocsin`;
}

function fishScript(words: ReadonlyMap<string, string[]>): string {
  const cases = [...words].map(
    ([path, next]) => `    case '${path}'\n      string split ' ' -- '${next.join(' ')}'`,
  );
  return `function __tocsin_words
  switch "$argv[1]"
${cases.join('\n')}
  end
end
function __tocsin_complete
  set -l path ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$path $word")
    if test -n "$(__tocsin_words $next)"
      set path $next
    end
  end
  __tocsin_words $path
end
complete -c tocsin -f -a '(__tocsin_complete)'`;
}
