import { RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';

const ALPHABET = [
  ...Array.from({ length: 95 }, (_, index) => String.fromCodePoint(32 + index)),
  '\n',
  '\r',
  '\t',
  '\u0001',
  'é',
  '٣',
  '。',
  '\u2028',
  '\u{1F600}',
];
const MAX_REPRESENTATIVES = 7;
const MAX_LITERALS = 4;

/** A text of a length that is given: a beginning, a word again and again, an end. */
export type Attack = { begin: string; word: string; end: string };

export function textOf({ begin, word, end }: Attack, times: number): string {
  return begin + word.repeat(times) + end;
}

/**
 * What could make a pattern slow, made of what stands in it: one character of each kind that it tells apart, the words that it
 * spells out, and pairs of both, over and over, behind a word of its own and before what does not fit.
 */
export function attacksOn(source: string, flags: string): Attack[] {
  const { characters, literals } = piecesOf(source, flags);
  const atoms = [...characters, ...literals];
  // What fits nowhere stands before the word too: a pattern that begins at the start of a text is then not at it.
  const begins = ['', ...literals, ...characters.slice(-1)];
  const words = [...new Set([...atoms, ...atoms.flatMap((one) => atoms.map((other) => one + other))])];
  const ends = ['', ...characters];
  return words.flatMap((word) => begins.flatMap((begin) => ends.map((end) => ({ begin, word, end }))));
}

function piecesOf(source: string, flags: string): { characters: string[]; literals: string[] } {
  const pattern = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(
    source,
    0,
    source.length,
    flags.includes('u'),
  );
  const elements = new Set<string>();
  const literals = new Set<string>();
  visitRegExpAST(pattern, {
    onCharacterEnter: ({ raw, parent }) => {
      if (parent.type === 'Alternative' || parent.type === 'Quantifier') elements.add(raw);
    },
    onCharacterClassEnter: ({ raw }) => void elements.add(raw),
    onCharacterSetEnter: ({ raw, parent }) => {
      if (parent.type !== 'CharacterClass') elements.add(raw);
    },
    onAlternativeEnter: ({ elements: parts }) => {
      let literal = '';
      for (const part of [...parts, undefined]) {
        if (part?.type === 'Character') {
          literal += String.fromCodePoint(part.value);
        } else {
          if (literal !== '') literals.add(literal);
          literal = '';
        }
      }
    },
  });
  const tests = [...elements].map((raw) => new RegExp(`^(?:${raw})$`, flags.replaceAll(/[gym]/gu, '')));
  const bySignature = new Map<string, string>();
  for (const character of ALPHABET) {
    const signature = tests.map((test) => Number(test.test(character))).join('');
    if (!bySignature.has(signature)) bySignature.set(signature, character);
  }
  return {
    // Those that most elements take come first: where two parts of a pattern take the same, they compete for it.
    characters: [...bySignature]
      .toSorted(([a], [b]) => b.replaceAll('0', '').length - a.replaceAll('0', '').length)
      .map(([, character]) => character)
      .filter((_, index, all) => index < MAX_REPRESENTATIVES - 1 || index === all.length - 1),
    literals: [...literals].toSorted((a, b) => b.length - a.length).slice(0, MAX_LITERALS),
  };
}
