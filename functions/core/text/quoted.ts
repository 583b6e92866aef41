import { cut } from './cut.ts';

/** A value from outside as it may stand in a message: in quotes, on one line, at most 60 characters. */
export function quoted(value: unknown): string {
  return JSON.stringify(cut(typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value), 60));
}
