/** A value as DynamoDB's JSON has it. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: AttributeValue[] }
  | { M: Record<string, AttributeValue> };

/**
 * Plain values as attribute values: strings, numbers, booleans, null, bytes, arrays and plain objects.
 *
 * Fields and elements that are `undefined` are left out. A number that would not come back as it went (not finite, or
 * beyond 2^53) is refused; a bigint is not.
 */
export function toItem(item: Record<string, unknown>): Record<string, AttributeValue> {
  const values: Record<string, AttributeValue> = {};
  for (const name of Object.keys(item)) {
    const value = item[name];
    if (value !== undefined) setOwn(values, name, toValue(value));
  }
  return values;
}

/** An item as plain values. A whole number beyond 2^53 comes back as a bigint. */
export function fromItem(values: Record<string, AttributeValue>): Record<string, unknown> {
  const item: Record<string, unknown> = {};
  for (const name of Object.keys(values)) setOwn(item, name, fromValue(values[name]));
  return item;
}

export function toValue(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: numberText(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'bigint') return { N: String(value) };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.filter((element) => element !== undefined).map(toValue) };
  if (value instanceof Uint8Array) {
    return { B: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  }
  if (typeof value === 'object' && isPlain(value)) return { M: toItem(value) };
  throw new Error(
    `a value of type ${typeof value} cannot be stored; expected plain objects and arrays, texts, numbers, booleans, null or bytes`,
  );
}

function numberText(number: number): string {
  if (!Number.isFinite(number) || Math.abs(number) > Number.MAX_SAFE_INTEGER) {
    throw new Error(
      `number ${number} cannot be stored as it is; expected a finite one, at most 2^53 - 1 away from 0`,
    );
  }
  return String(number);
}

function fromValue(value: AttributeValue | undefined): unknown {
  if (value !== undefined) {
    if ('S' in value) return value.S;
    if ('N' in value) return numberOf(value.N);
    if ('BOOL' in value) return value.BOOL;
    if ('M' in value) return fromItem(value.M);
    if ('L' in value) return value.L.map(fromValue);
    if ('NULL' in value) return null;
    if ('B' in value) return new Uint8Array(Buffer.from(value.B, 'base64'));
  }
  throw new Error(
    `dynamodb gave a value of type ${Object.keys(value ?? {}).join()}; expected S, N, B, BOOL, NULL, L or M`,
  );
}

function numberOf(text: string): number | bigint {
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number) && /^-?\d+$/.test(text)
    ? BigInt(text)
    : number;
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A sender may name a field of its alert `__proto__`. */
function setOwn<T>(object: Record<string, T>, name: string, value: T): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}
