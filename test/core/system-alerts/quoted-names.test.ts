import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const FOLDER = new URL('../../../functions/core/system-alerts/', import.meta.url);

test.each(readdirSync(FOLDER).filter((name) => name.endsWith('.ts')))(
  '%s puts no name into a command without quoting it',
  (name) => {
    const source = readFileSync(new URL(name, FOLDER), 'utf8');
    // Ids of ours need no quotes; names are the operator's.
    expect(source.match(/tocsin [a-z-]+[^`\n]*\$\{[^}]*\.name\}/gu) ?? []).toEqual([]);
  },
);
