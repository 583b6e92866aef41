import { cutWithCount } from '../../../text/cut.ts';

type Limits = { text: number; items: number; levels: number };

/** Ever smaller, until it fits. The last one leaves an outline: at most some 250,000 bytes. */
const STEPS: readonly Limits[] = [
  { text: 20_000, items: 500, levels: 12 },
  { text: 4_000, items: 100, levels: 8 },
  { text: 1_000, items: 40, levels: 6 },
  { text: 200, items: 15, levels: 4 },
  { text: 60, items: 4, levels: 3 },
];
/** The document itself (an alert) has fewer fields, so none of its own is ever left out. */
const OUTER_FIELDS = 40;
const MAX_NAME_LENGTH = 200;

/**
 * The document, made to fit a receiver's limit: long texts are cut and long lists shortened, each with a note, as
 * little as it takes. A receiver that refuses what is too long would never hear of the alert.
 *
 * @param maxBytes of its JSON in UTF-8; 250,000 or more can always be kept.
 */
export function withinBytes(document: object, maxBytes: number): object {
  let fitted: object = document;
  for (const limits of STEPS) {
    if (Buffer.byteLength(JSON.stringify(fitted)) <= maxBytes) return fitted;
    fitted = shortenedFields(document, limits, limits.levels, OUTER_FIELDS);
  }
  return fitted;
}

function shortened(value: unknown, limits: Limits, levels: number): unknown {
  if (typeof value === 'string') return cutWithCount(value, limits.text);
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '(left out: nested too deep)';
  if (!Array.isArray(value)) return shortenedFields(value, limits, levels, limits.items);
  const kept: unknown[] = value.slice(0, limits.items).map((one) => shortened(one, limits, levels - 1));
  return value.length > limits.items ? [...kept, `(${value.length - limits.items} more)`] : kept;
}

function shortenedFields(value: object, limits: Limits, levels: number, room: number): object {
  const entries = Object.entries(value) as [string, unknown][];
  const kept = entries
    .slice(0, room)
    .map(([name, one]): [string, unknown] => [
      name.slice(0, MAX_NAME_LENGTH).toWellFormed(),
      shortened(one, limits, levels - 1),
    ]);
  const left = entries.length - kept.length;
  return Object.fromEntries(left === 0 ? kept : [...kept, ['truncated', `(${left} more fields)`]]);
}
