/** A parsed JSON object whose values are not checked yet. */
export type JsonObject = { [key: string]: unknown };

/** Whether a value is a JSON object: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Parses text that must hold a JSON object.
 *
 * @throws {SyntaxError} when it is not JSON, or JSON of another kind
 */
export function parseJsonObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new SyntaxError('expected a JSON object');
  return value;
}
