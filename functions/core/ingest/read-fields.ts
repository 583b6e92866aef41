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

/** In UTC, with milliseconds or without, on a day that every month has. */
const IN_UTC =
  /^(?:19[7-9]\d|[2-9]\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/u;

/**
 * An instant as ISO 8601 in UTC: from ISO 8601 (in UTC when it names no zone), a date with its day's name, or from Unix seconds, milliseconds,
 * microseconds or nanoseconds.
 */
export function instant(value: unknown): string | undefined {
  if (typeof value === 'number') {
    return toIso(epochMs(value));
  }
  if (typeof value !== 'string') {
    return undefined;
  }
  // What is written so already need not be worked out.
  if (IN_UTC.test(value)) return value.includes('.') ? value : value.replace('Z', '.000Z');
  if (!/^\d{4}-\d{2}-\d{2}/u.test(value)) {
    return namedDay(value);
  }
  // Without a zone the machine's own would be taken, and differ between a laptop and Lambda.
  const hasTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/u.test(value);
  const hasZone = /(?:[zZ]|[+-]\d{2}:?\d{2}| ?UTC| ?GMT)$/u.test(value);
  return toIso(Date.parse(hasTime && !hasZone ? `${value}Z` : value));
}

/** `Sat, 05 Jun 2016 15:10:09 GMT` of HTTP and AWS Health, `Wed Sep 04 17:00:36.951 UTC 2024` of Inspector. */
function namedDay(written: string): string | undefined {
  const http = /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})$/u;
  const java =
    /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?) (?:UTC|GMT) (\d{4})$/u;
  const [, month, day, time, year] = java.exec(written) ?? [];
  if (month !== undefined && day !== undefined && time !== undefined && year !== undefined) {
    return toIso(Date.parse(`${day} ${month} ${year} ${time} UTC`));
  }
  return http.test(written) ? toIso(Date.parse(written)) : undefined;
}

/** Each unit is a thousand times the one before, so between 1973 and 5138 the size of the number tells the unit. */
function epochMs(value: number): number {
  const size = Math.abs(value);
  if (size < 1e11) return value * 1000;
  if (size < 1e14) return value;
  return size < 1e17 ? value / 1e3 : value / 1e6;
}

function toIso(ms: number): string | undefined {
  const date = new Date(ms);
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

/** One list for a spread, absent when there is nothing in it; entries without any field do not count. */
export function listed<K extends string, V>(name: K, values: readonly (V | undefined)[]): { [P in K]?: V[] } {
  const present = values.filter(
    (value) => value !== undefined && (!isFields(value) || Object.keys(value).length > 0),
  );
  return (present.length === 0 ? {} : { [name]: present }) as { [P in K]?: V[] };
}

/** The fields of an object that hold a text, as texts: labels. */
export function textFields(value: unknown): Record<string, string> {
  return pickTexts(value, Object.keys(isFields(value) ? value : {}));
}

/** The object without the fields that are empty: null, an empty text, list or object. */
export function filled(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => {
      if (value === null || value === undefined || value === '') return false;
      return typeof value !== 'object' || Object.keys(value).length > 0;
    }),
  );
}

/** A resource or an actor from what is known of it; undefined when it has neither id nor name. */
export function named(
  type: string | undefined,
  known: { id?: unknown; name?: unknown; region?: unknown; url?: unknown },
): { type?: string; id?: string; name?: string; region?: string; url?: string } | undefined {
  const [id, name] = [text(known.id), text(known.name)];
  return id === undefined && name === undefined
    ? undefined
    : {
        ...optional('type', type),
        ...optional('id', id),
        ...optional('name', name),
        ...optional('region', text(known.region)),
        ...optional('url', webUrl(known.url)),
      };
}
