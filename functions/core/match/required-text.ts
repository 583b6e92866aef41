/**
 * What a value must contain to match a regular expression of RE2: at least one of these texts. Undefined where nothing is known,
 * for example of `.*` or of anything that ignores case.
 *
 * `.*team-(a|b)[0-9]+` -> `['team-']` · `disk|memory` -> `['disk', 'memory']` · `(?i)disk` -> undefined
 *
 * It only ever claims less than the expression says: a construct that it does not know makes the whole answer undefined.
 */
export function requiredTexts(pattern: string): string[] | undefined {
  const branches = readBranches(pattern);
  const longest = branches?.map(({ runs }) => runs.reduce((a, b) => (b.length > a.length ? b : a), ''));
  return longest === undefined || longest.includes('') ? undefined : longest;
}

/** Every value that matches, where the expression lists them: `src_a|src_b`. */
export function listedTexts(pattern: string): string[] | undefined {
  const branches = readBranches(pattern);
  return branches?.every(({ isLiteral }) => isLiteral) === true
    ? branches.map(({ runs }) => runs.join(''))
    : undefined;
}

/** Texts that stand in every match of a branch, in their order; `isLiteral` where the branch is nothing else. */
type Branch = { runs: string[]; isLiteral: boolean };

/** Escapes that stand for a class or a place; a letter that is none of them is not known here. */
const CLASS_ESCAPES = 'dDwWsSbBAz';

function readBranches(pattern: string): Branch[] | undefined {
  const characters = Array.from(pattern);
  const branches: Branch[] = [];
  let branch: Branch = { runs: [''], isLiteral: true };
  const append = (character: string) => {
    branch.runs.push(`${branch.runs.pop() ?? ''}${character}`);
  };
  const interrupt = ({ dropsLast = false } = {}) => {
    const run = Array.from(branch.runs.pop() ?? '');
    branch.runs.push((dropsLast ? run.slice(0, -1) : run).join(''), '');
    branch.isLiteral = false;
  };
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '|') {
      branches.push(branch);
      branch = { runs: [''], isLiteral: true };
    } else if (character === '\\') {
      at += 1;
      const escaped = characters[at] ?? '';
      if (/^[!-/:-@[-`{-~]$/u.test(escaped)) append(escaped);
      else if (escaped !== '' && CLASS_ESCAPES.includes(escaped)) interrupt();
      else return undefined;
    } else if (character === '(' || character === '[') {
      const end = character === '(' ? endOfGroup(characters, at) : endOfClass(characters, at);
      if (end === undefined) return undefined;
      at = end;
      interrupt();
    } else if (character === '*' || character === '?') {
      interrupt({ dropsLast: true });
    } else if (character === '{') {
      const count = /^\{\d*(?:,\d*)?\}/u.exec(characters.slice(at, at + 12).join(''))?.[0];
      if (count === undefined) return undefined;
      at += count.length - 1;
      interrupt({ dropsLast: true });
    } else if (character === ')') {
      return undefined;
    } else if ('.^$+'.includes(character)) {
      interrupt();
    } else {
      append(character);
    }
  }
  return [...branches, branch];
}

/** Where the group that begins here ends. Groups with flags are not known: one may change what follows it. */
function endOfGroup(characters: readonly string[], start: number): number | undefined {
  if (
    characters[start + 1] === '?' &&
    !/^\(\?(?::|P?<[A-Za-z_])/u.test(characters.slice(start, start + 5).join(''))
  ) {
    return undefined;
  }
  for (let at = start + 1; at < characters.length; at += 1) {
    const character = characters[at];
    if (character === ')') return at;
    if (character === '\\') {
      at += 1;
      // A text between \Q and \E may hold anything.
      if (characters[at] === 'Q') return undefined;
    } else if (character === '(' || character === '[') {
      const end = character === '(' ? endOfGroup(characters, at) : endOfClass(characters, at);
      if (end === undefined) return undefined;
      at = end;
    }
  }
  return undefined;
}

function endOfClass(characters: readonly string[], start: number): number | undefined {
  const first = characters[start + 1] === '^' ? start + 2 : start + 1;
  for (let at = first; at < characters.length; at += 1) {
    if (characters[at] === ']' && at > first) return at;
    if (characters[at] === '\\') at += 1;
    // `[[:alpha:]]`
    else if (characters[at] === '[') return undefined;
  }
  return undefined;
}
