import { RegExpParser, type AST } from '@eslint-community/regexpp';
import { isSingle } from './linear-by-shape.ts';

/** Goes on at a position; whether the rest of the pattern matches from there. */
type Next = (at: number) => boolean;
/** Matches at a position and goes on. */
type Matcher = (at: number, next: Next) => boolean;

export class TooManySteps extends Error {}

/** What a pattern costs on a text, in characters looked at by an engine that backtracks, as V8's does. */
export type Counter = (text: string, maxSteps: number) => number;

/** The pattern as a counter: every character that is compared is one step, at every start that a search tries. */
export function stepCounter(source: string, flags: string): Counter {
  const isUnicode = flags.includes('u');
  const pattern = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, 0, source.length, isUnicode);
  let text: string[] = [];
  let steps = 0;
  let max = 0;
  const groups = new Map<AST.CapturingGroup, string[]>();
  const known = new Map<string, (character: string) => boolean>();

  /** Whether one character is what a single element of the pattern means, as the engine itself says. */
  function meaning(raw: string): (character: string) => boolean {
    const test = new RegExp(`^(?:${raw})$`, flags.replaceAll(/[gym]/gu, ''));
    const seen = new Map<string, boolean>();
    return (character) => {
      const before = seen.get(character);
      if (before !== undefined) return before;
      const answer = test.test(character);
      seen.set(character, answer);
      return answer;
    };
  }

  function single(raw: string): (at: number) => boolean {
    const means = known.get(raw) ?? meaning(raw);
    known.set(raw, means);
    return (at) => {
      steps += 1;
      if (steps > max) throw new TooManySteps(`more than ${max} steps`);
      const character = text[at];
      return character !== undefined && means(character);
    };
  }

  function compileAlternatives(alternatives: readonly AST.Alternative[], isBackward: boolean): Matcher {
    const all = alternatives.map(({ elements }) =>
      compileSequence(isBackward ? elements.toReversed() : elements, isBackward),
    );
    return (at, next) => all.some((matcher) => matcher(at, next));
  }

  function compileSequence(elements: readonly AST.Element[], isBackward: boolean): Matcher {
    return elements
      .map((element) => compile(element, isBackward))
      .reduceRight<Matcher>(
        (rest, matcher) => (at, next) => matcher(at, (after) => rest(after, next)),
        (at, next) => next(at),
      );
  }

  function compile(element: AST.Element, isBackward: boolean): Matcher {
    switch (element.type) {
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
      case 'ExpressionCharacterClass': {
        const isHere = single(element.raw);
        return isBackward
          ? (at, next) => isHere(at - 1) && next(at - 1)
          : (at, next) => isHere(at) && next(at + 1);
      }
      case 'Group':
        return compileAlternatives(element.alternatives, isBackward);
      case 'CapturingGroup': {
        const inner = compileAlternatives(element.alternatives, isBackward);
        return (at, next) =>
          inner(at, (after) => {
            groups.set(element, text.slice(Math.min(at, after), Math.max(at, after)));
            return next(after);
          });
      }
      case 'Backreference': {
        const { resolved } = element;
        return (at, next) => {
          const wanted = groups.get(Array.isArray(resolved) ? resolved[0]! : resolved) ?? [];
          steps += wanted.length;
          return (
            wanted.every((character, index) => text[at + index] === character) && next(at + wanted.length)
          );
        };
      }
      case 'Quantifier':
        return compileQuantifier(element, isBackward);
      case 'Assertion':
        return compileAssertion(element);
    }
  }

  function compileQuantifier(
    { element, min, max: most, greedy }: AST.Quantifier,
    isBackward: boolean,
  ): Matcher {
    if (isSingle(element)) {
      const isHere = single(element.raw);
      const step = isBackward ? -1 : 1;
      return (at, next) => {
        if (greedy) {
          let count = 0;
          while (count < most && isHere(isBackward ? at - count - 1 : at + count)) count += 1;
          for (; count >= min; count -= 1) if (next(at + count * step)) return true;
          return false;
        }
        for (let count = 0; ; count += 1) {
          if (count >= min && next(at + count * step)) return true;
          if (count >= most || !isHere(isBackward ? at - count - 1 : at + count)) return false;
        }
      };
    }
    const inner = compile(element, isBackward);
    const repeat = (at: number, count: number, next: Next): boolean => {
      const more = (): boolean =>
        count < most && inner(at, (after) => (after !== at || count < min) && repeat(after, count + 1, next));
      if (count < min) return more();
      return greedy ? more() || next(at) : next(at) || more();
    };
    return (at, next) => repeat(at, 0, next);
  }

  function compileAssertion(assertion: AST.Assertion): Matcher {
    if (assertion.kind === 'lookahead' || assertion.kind === 'lookbehind') {
      const inner = compileAlternatives(assertion.alternatives, assertion.kind === 'lookbehind');
      return (at, next) => inner(at, () => true) !== assertion.negate && next(at);
    }
    const isMultiline = flags.includes('m');
    const isWord = (at: number) => /^\w$/u.test(text[at] ?? '');
    const holds = {
      start: (at: number) => at === 0 || (isMultiline && /^[\n\r\u2028\u2029]$/u.test(text[at - 1] ?? '')),
      end: (at: number) =>
        at === text.length || (isMultiline && /^[\n\r\u2028\u2029]$/u.test(text[at] ?? '')),
      word: (at: number) =>
        (isWord(at - 1) !== isWord(at)) !== (assertion.kind === 'word' && assertion.negate),
    }[assertion.kind];
    return (at, next) => {
      steps += 1;
      return holds(at) && next(at);
    };
  }

  const whole = compileAlternatives(pattern.alternatives, false);
  return (given, maxSteps) => {
    text = isUnicode ? Array.from(given) : given.split('');
    steps = 0;
    max = maxSteps;
    for (let start = 0; start <= text.length;) {
      let end: number | undefined;
      whole(start, (at) => {
        end = at;
        return true;
      });
      if (end !== undefined && !flags.includes('g')) break;
      start = end === undefined || end === start ? start + 1 : end;
    }
    return steps;
  };
}
