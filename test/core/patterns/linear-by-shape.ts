import { RegExpParser, type AST } from '@eslint-community/regexpp';

/** A start of which there are no more ways than these costs the same on any text. */
const FEW_WAYS = 100;

/**
 * Whether the shape of a pattern alone says that its work is linear, so that no text has to be tried. It is linear
 *
 * - where each start has few ways on: every start costs the same, however long the text is;
 * - where that is so but for one character that repeats, and the pattern begins at the start of a text (`^a+b`): only one start runs
 *   through the text, and few ways lead on from each place that it reached;
 * - where that is so but for one character that repeats at the end (`ba+`): a start that comes so far has matched, and the next one is
 *   tried behind it.
 */
export function isLinearByShape(source: string, flags: string): boolean {
  const { alternatives } = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(
    source,
    0,
    source.length,
    flags.includes('u'),
  );
  if (waysOn(alternatives) <= FEW_WAYS) return true;
  if (!flags.includes('m') && alternatives.every(isAtStart)) {
    return repetitionsOnce(alternatives).some((one) => waysOn(alternatives, one) <= FEW_WAYS);
  }
  return waysOn(alternatives, ...alternatives.flatMap(repetitionAtEnd)) <= FEW_WAYS;
}

export function isSingle(
  element: AST.Element,
): element is AST.Character | AST.CharacterClass | AST.CharacterSet {
  return ['Character', 'CharacterClass', 'CharacterSet'].includes(element.type);
}

/** How many ways on there can be at one start, but for what these repetitions add. */
function waysOn(alternatives: readonly AST.Alternative[], ...without: AST.Quantifier[]): number {
  const waysOfAll = (all: readonly AST.Alternative[]): number =>
    all.reduce((sum, { elements }) => sum + elements.reduce((ways, one) => ways * waysOf(one), 1), 0);
  const waysOf = (element: AST.Element): number => {
    if ('alternatives' in element) return waysOfAll(element.alternatives);
    if (element.type !== 'Quantifier' || without.includes(element)) return 1;
    const { min, max } = element;
    const ways = waysOf(element.element);
    if (ways === 1) return max - min + 1;
    // Each time it has those ways on.
    return max === Infinity ? Infinity : ways ** max * (max - min + 1);
  };
  return waysOfAll(alternatives);
}

function isAtStart({ elements: [first] }: AST.Alternative): boolean {
  return first?.type === 'Assertion' && first.kind === 'start';
}

/** The characters that repeat, where nothing around them does. */
function repetitionsOnce(alternatives: readonly AST.Alternative[]): AST.Quantifier[] {
  return alternatives.flatMap(({ elements }) =>
    elements.flatMap((element) => {
      if (element.type === 'Quantifier') {
        if (isSingle(element.element)) return [element];
        const { element: inner, max } = element;
        return max === 1 && 'alternatives' in inner ? repetitionsOnce(inner.alternatives) : [];
      }
      return 'alternatives' in element ? repetitionsOnce(element.alternatives) : [];
    }),
  );
}

function repetitionAtEnd({ elements }: AST.Alternative): AST.Quantifier[] {
  const last = elements.at(-1);
  return last?.type === 'Quantifier' && isSingle(last.element) && last.min <= FEW_WAYS ? [last] : [];
}
