import { aliasProblems } from './alias-problems.ts';
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';

/** A place in a file; line and column count from 1. */
export type Place = { file: string; line: number; column: number };

/** A document of a file, and where each part of it stands. */
export type YamlDocument = {
  file: string;
  value: unknown;
  at: (path: readonly (string | number)[], isName?: boolean) => Place;
};

type ProblemAt = Place & { path: string; message: string };

/** The documents of a file of YAML 1.2, of which JSON is a part, or every problem with its place. */
export function openDocuments(
  file: string,
  text: string,
): { documents: YamlDocument[]; problems: ProblemAt[] } {
  const lines = new LineCounter();

  const content = text.replace(/^\uFEFF/u, '');
  const parsed = parseAllDocuments(content, {
    lineCounter: lines,
    version: '1.2',
    prettyErrors: false,
  });
  const problems: ProblemAt[] = [];
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const documents = Array.isArray(parsed) ? parsed : [];
  if (documents.length === 0) {
    problems.push({ ...placeOf(0), path: '', message: 'is empty; expected apiVersion: tocsin/v1' });
  }
  const opened = documents.flatMap((document) => {
    const wrong = [
      ...document.errors.map((error) => inWords(error, content)),
      ...document.warnings,
      ...keyProblems(document),
      ...(document.errors.length === 0 ? aliasProblems(document.contents) : []),
    ];
    for (const { message, pos } of wrong) {
      problems.push({ ...placeOf(pos[0]), path: '', message: message.split('\n', 1)[0] ?? message });
    }
    if (document.directives?.yaml.version === '1.1') {
      problems.push({ ...placeOf(0), path: '', message: 'is YAML 1.1; expected YAML 1.2' });
    }
    if (wrong.length > 0) return [];
    try {
      const value: unknown = document.toJS({ maxAliasCount: -1 });
      return [{ file, value, at: placesOf(document, placeOf) }];
    } catch (error) {
      problems.push({ ...placeOf(0), path: '', message: (error as Error).message });
      return [];
    }
  });
  return { documents: opened, problems };
}

/** The parser names no key that is there twice, and has no words of its own for the end of the stack. */
function inWords(
  { code, message, pos }: YAMLError,
  text: string,
): { message: string; pos: [number, number] } {
  if (code === 'DUPLICATE_KEY') {
    const [key = ''] = /^[^\n:]*/u.exec(text.slice(pos[0])) ?? [];
    return { message: `${key.trim()} is there twice in one map`, pos };
  }
  const isTooDeep = message.startsWith('Maximum call stack size exceeded');
  return { message: isTooDeep ? 'is nested too deeply' : message, pos };
}

/** Keys that are no text: `on: 1` is one in YAML 1.2, `8: x` is not. And those that YAML 1.1 merges into their map. */
function keyProblems(document: Document.Parsed): { message: string; pos: [number, number] }[] {
  const found: { message: string; pos: [number, number] }[] = [];
  visit(document, {
    Pair(_, { key }) {
      const isText = isScalar(key) && typeof key.value === 'string';
      const [start = 0, end = 0] = (key as Node | null)?.range ?? [];
      if (!isText) found.push({ message: 'a name that is no text; put it in quotes', pos: [start, end] });
      else if (key.value === '<<' && key.type === 'PLAIN') {
        found.push({ message: `<< merges maps in YAML 1.1 only; write the fields out`, pos: [start, end] });
      }
    },
  });
  return found;
}

function placesOf(document: Document.Parsed, placeOf: (offset: number) => Place): YamlDocument['at'] {
  return (path, isName = false) => {
    let node = resolved(document, document.contents);
    let key: Node | null = null;
    for (const token of path) {
      const next = child(document, node, token);
      if (next === undefined) return placeOf(startOf(key ?? node));
      key = next.key ?? next.value;
      node = resolved(document, next.value);
    }
    // A block that begins on a line of its own is found by its name.
    const isBlock = isCollection(node) && node.flow !== true;
    return placeOf(startOf(isName || isBlock || node === null ? (key ?? node) : node));
  };
}

function child(
  document: Document.Parsed,
  node: Node | null,
  token: string | number,
): { key?: Node; value: Node | null } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === String(token));
    return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
  }
  if (!isSeq(node) || typeof token !== 'number') return undefined;
  const value = node.items[token] as Node | undefined;
  return value === undefined ? undefined : { value };
}

function resolved(document: Document.Parsed, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) as Node | null) : node;
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}
