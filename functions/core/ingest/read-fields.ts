/** Reading what a sender wrote: each function gives the value when it is of the kind asked for, else undefined. */

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a path of keys; an empty one when anything on the way is missing. */
export function fieldsAt(value: unknown, ...path: string[]): Fields {
  let at = value;
  for (const key of path) {
    at = isFields(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return isFields(at) ? at : {};
}

/** A text with something in it; numbers and booleans are written out. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list, or the one text that stands for a list of one. */
export function texts(value: unknown): string[] {
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  return values.map(text).filter((one) => one !== undefined);
}

/** An instant as ISO 8601 in UTC: from ISO 8601, or from Unix seconds or milliseconds. */
export function instant(value: unknown): string | undefined {
  if (typeof value === 'number') {
    // Seconds until the year 5138 are below 1e11; milliseconds since 1973 are above.
    return toIso(Math.abs(value) < 1e11 ? value * 1000 : value);
  }
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/u.test(value)) {
    return undefined;
  }
  return toIso(Date.parse(value));
}

function toIso(epochMs: number): string | undefined {
  const date = new Date(epochMs);
  const year = Number.isNaN(date.getTime()) ? -1 : date.getUTCFullYear();
  return year >= 1970 && year <= 9999 ? date.toISOString() : undefined;
}

/** An absolute http or https URL. */
export function webUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) {
    return undefined;
  }
  return /^https?:$/u.test(new URL(value).protocol) ? value : undefined;
}

/** The object without some of its fields. */
export function without(fields: Fields, ...names: string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

/** The named fields of an object that hold a text. */
export function pickTexts(value: unknown, names: readonly string[]): Record<string, string> {
  const fields = isFields(value) ? value : {};
  return Object.fromEntries(
    names.flatMap((name) => {
      const found = text(fields[name]);
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

/** One property for a spread, absent when there is no value. */
export function optional<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: V };
}
