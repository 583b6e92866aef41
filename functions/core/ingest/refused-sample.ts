import { isFields, type Fields } from './read-fields.ts';
import { withoutSecrets } from './without-secrets.ts';

/** Far below what an item of the table holds, far above what the shape of a record needs. */
const MAX_SAMPLE_CHARACTERS = 16_384;
const MAX_TEXT_CHARACTERS = 300;
const MAX_ELEMENTS = 3;

/**
 * A record that was refused, as text, for `source infer`: without credentials, and with long texts and lists cut. Undefined for what is no
 * object, or too large even so.
 */
export function refusedSample(record: unknown): string | undefined {
  if (!isFields(record)) return undefined;
  const sample = JSON.stringify(cut(withoutSecrets(record)));
  return sample.length <= MAX_SAMPLE_CHARACTERS ? sample : undefined;
}

function cut(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, MAX_TEXT_CHARACTERS);
  if (Array.isArray(value)) return value.slice(0, MAX_ELEMENTS).map(cut);
  return isFields(value) ? cutFields(value) : value;
}

function cutFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cut(value)]));
}
