import { type Alias, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';

type Problem = { message: string; pos: [number, number] };

/** Characters of a document with its aliases written out: far more than a configuration has, far less than a bomb. */
const MAX_CHARACTERS = 4_000_000;

/**
 * Aliases of what is not there, and of what they stand in; and the one that makes the document too long to be written out.
 * The parser counts uses instead, and says of none of them where it stands.
 */
export function aliasProblems(contents: Node | null): Problem[] {
  const found: Problem[] = [];
  const marked = new Map<string, Node>();
  /** Of what has been read to its end. */
  const lengths = new Map<Node, number>();
  let total = 0;
  const note = (alias: Alias, message: string): void => {
    const [start = 0, end = 0] = alias.range ?? [];
    found.push({ message: `*${alias.source}${message}`, pos: [start, end] });
  };
  const add = (length: number, alias?: Alias): number => {
    const wasTooLong = total > MAX_CHARACTERS;
    total += length;
    if (alias !== undefined && !wasTooLong && total > MAX_CHARACTERS) {
      note(
        alias,
        `: with its aliases written out, the file has more than ${String(MAX_CHARACTERS)} characters`,
      );
    }
    return length;
  };
  const lengthOfAlias = (alias: Alias): number => {
    const target = marked.get(alias.source);
    if (target === undefined) note(alias, `: nothing before it is marked &${alias.source}`);
    else if (!lengths.has(target)) note(alias, ` stands in what is marked &${alias.source}`);
    return add(target === undefined ? 0 : (lengths.get(target) ?? 0), alias);
  };
  const lengthOf = (node: unknown): number => {
    if (isAlias(node)) return lengthOfAlias(node);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return 0;
    if (node.anchor !== undefined) marked.set(node.anchor, node);
    const length = isScalar(node)
      ? add((node.range?.[1] ?? 0) - (node.range?.[0] ?? 0) + 1)
      : childrenOf(node).reduce<number>((sum, child) => sum + lengthOf(child), add(1));
    lengths.set(node, length);
    return length;
  };
  lengthOf(contents);
  return found;
}

function childrenOf(node: { items: unknown[] }): unknown[] {
  return isMap(node) ? node.items.flatMap(({ key, value }) => [key, value]) : node.items;
}
