import type { Format } from './format.ts';
import { generic } from './generic.ts';
import { github } from './github.ts';

/** Every payload shape that can come in, by name. */
export const FORMATS: readonly Format[] = [generic, github];

export function findFormat(name: string): Format | undefined {
  return FORMATS.find((format) => format.name === name);
}
