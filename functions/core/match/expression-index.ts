import { listedTexts, requiredTexts } from './required-text.ts';
import { RecentMap } from '../recent-map.ts';

/** Long enough to be rare, short enough that most expressions have one. */
const GRAM_CHARACTERS = 3;
/** Values come again: a type, a team, a host. A title that never does costs one entry of a bounded list. */
const MAX_REMEMBERED = 1_000;
const MAX_REMEMBERED_CHARACTERS = 1_024;

type Compile = (pattern: string) => (value: string) => boolean;

/**
 * Says which of many regular expressions a value matches, and runs few of them: those of which a part that every match
 * must contain stands in the value.
 *
 * 1,000 routes `.*team-17-(alpha|beta).*` and their like cost a value of 100 characters 100 look-ups and one expression.
 *
 * @param patterns no two of them alike; the answer holds their positions in this list
 */
export function indexExpressions(
  patterns: readonly string[],
  compile: Compile,
): (value: string) => ReadonlySet<number> {
  const listed = new Map<string, number[]>();
  const byGram = new Map<string, number[]>();
  const unknown: number[] = [];
  const usage = gramUsage(patterns);
  for (const [position, pattern] of patterns.entries()) {
    const values = listedTexts(pattern);
    const grams = values === undefined ? rarestGrams(pattern, usage) : [];
    for (const value of values ?? []) add(listed, value, position);
    for (const gram of grams ?? []) add(byGram, gram, position);
    if (grams === undefined) unknown.push(position);
  }
  const tests = new Map<number, (value: string) => boolean>();
  const isMatch = (position: number, value: string): boolean => {
    const test = tests.get(position) ?? compile(patterns[position] ?? '');
    tests.set(position, test);
    return test(value);
  };
  return remembering((value) => {
    const candidates = new Set(unknown);
    for (const gram of gramsOf(value))
      for (const position of byGram.get(gram) ?? []) candidates.add(position);
    return new Set([
      ...(listed.get(value) ?? []),
      ...[...candidates].filter((position) => isMatch(position, value)),
    ]);
  });
}

/** How many expressions could be found by a gram: a word that is in all of them finds nothing. */
function gramUsage(patterns: readonly string[]): ReadonlyMap<string, number> {
  const usage = new Map<string, number>();
  for (const pattern of patterns) {
    for (const gram of new Set((requiredTexts(pattern) ?? []).flatMap((text) => [...gramsOf(text)]))) {
      usage.set(gram, (usage.get(gram) ?? 0) + 1);
    }
  }
  return usage;
}

/** One gram for each branch; undefined where a branch has none, so that the expression must always be run. */
function rarestGrams(pattern: string, usage: ReadonlyMap<string, number>): string[] | undefined {
  const rarest = requiredTexts(pattern)?.map(
    (text) => [...gramsOf(text)].toSorted((a, b) => (usage.get(a) ?? 0) - (usage.get(b) ?? 0))[0],
  );
  return rarest?.every((gram) => gram !== undefined) === true ? rarest : undefined;
}

function* gramsOf(text: string): Generator<string> {
  for (let at = 0; at + GRAM_CHARACTERS <= text.length; at += 1) yield text.slice(at, at + GRAM_CHARACTERS);
}

function add(map: Map<string, number[]>, key: string, position: number): void {
  const positions = map.get(key);
  if (positions === undefined) map.set(key, [position]);
  else positions.push(position);
}

function remembering<T>(find: (value: string) => T): (value: string) => T {
  const remembered = new RecentMap<string, T>(MAX_REMEMBERED);
  return (value) => {
    const known = remembered.get(value);
    if (known !== undefined) return known;
    const found = find(value);
    if (value.length <= MAX_REMEMBERED_CHARACTERS) remembered.set(value, found);
    return found;
  };
}
