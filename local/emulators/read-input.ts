import { isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { AwsError } from './aws-error.ts';

function wrongType(name: string, expected: string): AwsError {
  return new AwsError('SerializationException', `${name} has the wrong type; expected ${expected}`);
}

/** A text parameter that may be absent. */
export function optionalText(input: JsonObject, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(name, 'a string');
  return value;
}

/** A text parameter that must be there and not empty. */
export function requiredText(input: JsonObject, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '') {
    throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
  }
  return value;
}

/** A whole number that may be absent; numbers that arrive as text are taken too, as AWS does. */
export function optionalInteger(input: JsonObject, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) throw wrongType(name, 'a whole number');
  return number;
}

/** A whole number within a range, or the default when absent. */
export function integerBetween(
  input: JsonObject,
  name: string,
  range: { min: number; max: number; fallback: number },
): number {
  const value = optionalInteger(input, name) ?? range.fallback;
  if (value < range.min || value > range.max) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${range.min} and ${range.max}.`,
    );
  }
  return value;
}

/** A list of strings; absent is empty. */
export function textList(input: JsonObject, name: string): string[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value)) throw wrongType(name, 'a list of strings');
  return value.map((element: unknown) => {
    if (typeof element !== 'string') throw wrongType(name, 'a list of strings');
    return element;
  });
}

/** A list of objects; absent is empty. */
export function objectList(input: JsonObject, name: string): JsonObject[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value)) throw wrongType(name, 'a list of objects');
  return value.map((element: unknown) => {
    if (!isJsonObject(element)) throw wrongType(name, 'a list of objects');
    return element;
  });
}
