import { isJsonObject } from '../json-object.ts';
import { StartError } from '../start-error.ts';

/**
 * Whether an event fits the pattern of an EventBridge rule: every field that the pattern names has one of the values
 * that it lists (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) {
    const values: unknown[] = Array.isArray(event) ? event : [event];
    return values.some((value) => pattern.includes(value));
  }
  if (!isJsonObject(pattern) || !isJsonObject(event)) return false;
  return Object.entries(pattern).every(([name, wanted]) => matchesPattern(wanted, event[name]));
}

/**
 * @throws {StartError} for a pattern that says more than equality, such as `prefix` or `anything-but`: judging it wrongly
 * would make the local run lie about the stack
 */
export function requireSimplePattern(pattern: unknown, where: string): void {
  if (isJsonObject(pattern)) {
    for (const [name, wanted] of Object.entries(pattern)) requireSimplePattern(wanted, `${where}.${name}`);
  } else if (
    !Array.isArray(pattern) ||
    pattern.some((value) => typeof value === 'object' && value !== null)
  ) {
    throw new StartError(`${where}: the local run matches lists of plain values only`);
  }
}
