import { readdirSync, readFileSync } from 'node:fs';
import { parse } from '@babel/parser';

export type Pattern = { at: string; source: string; flags: string };

/** Every regular expression that the sources of a folder spell out, and each place that makes one of a text. */
export function patternsIn(folder: URL): { patterns: Pattern[]; made: string[] } {
  const patterns: Pattern[] = [];
  const made: string[] = [];
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(new URL(file, folder), 'utf8');
    const { program } = parse(text, {
      sourceType: 'module',
      plugins: ['typescript'],
      attachComment: false,
    });
    visit(program, (node) => {
      if (node['type'] === 'RegExpLiteral') {
        const line = text.slice(0, Number(node['start'])).split('\n').length;
        patterns.push({
          at: `${file}:${line}`,
          source: String(node['pattern']),
          flags: String(node['flags']),
        });
      }
      const callee = node['callee'] as { name?: unknown } | undefined;
      if (callee?.name === 'RegExp') made.push(file);
    });
  }
  return { patterns, made };
}

function visit(value: unknown, seen: (node: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) {
    for (const entry of value) visit(entry, seen);
  } else if (typeof value === 'object' && value !== null) {
    const node = value as Record<string, unknown>;
    if (typeof node['type'] === 'string') seen(node);
    for (const [name, inner] of Object.entries(node)) if (name !== 'loc') visit(inner, seen);
  }
}
