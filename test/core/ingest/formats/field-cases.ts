import { readFileSync } from 'node:fs';

const FOLDER = new URL('../../../fixtures/field/', import.meta.url);

/** A payload that a real sender gave, by the name of its file without `.json`; `test/fixtures/field/README.md` says whose. */
export function fieldCase(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}
