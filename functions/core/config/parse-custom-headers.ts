import { headerNameProblem, headerValueProblem, isReservedForDelivery } from './header-rules.ts';
import { quoted } from './problem.ts';
import type { Parsed, Problem } from './problem.ts';

const MAX_CUSTOM_HEADERS = 20;
/** All values together: they share one secret with the credential and the CA (65,536 bytes in Secrets Manager). */
const MAX_TOTAL_LENGTH = 16_384;

/**
 * Custom headers of a webhook from lines `Name: value`. The values are secrets: no message holds one.
 *
 * Paths are `customHeaders[0]`, …
 */
export function parseCustomHeaders(lines: readonly string[]): Parsed<Record<string, string>> {
  const problems: Problem[] = [];
  const headers: Record<string, string> = {};
  const seen = new Set<string>();
  let total = 0;
  if (lines.length > MAX_CUSTOM_HEADERS) {
    problems.push({
      path: 'customHeaders',
      message: `${lines.length} headers; expected at most ${MAX_CUSTOM_HEADERS}`,
    });
  }
  for (const [index, line] of lines.entries()) {
    const path = `customHeaders[${index}]`;
    const colon = line.indexOf(':');
    if (colon < 1) {
      problems.push({ path, message: "expected 'Name: value'" });
      continue;
    }
    const name = line.slice(0, colon);
    // Only the spaces around it: a line break is a problem to report, never one to trim away.
    const value = line.slice(colon + 1).replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, '');
    total += value.length;
    const nameProblem = customHeaderNameProblem(name);
    if (nameProblem !== undefined) problems.push({ path, message: `${quoted(name)} ${nameProblem}` });
    const valueProblem = headerValueProblem(value);
    if (valueProblem !== undefined)
      problems.push({ path, message: `the value of ${quoted(name)} ${valueProblem}` });
    if (seen.has(name.toLowerCase()))
      problems.push({ path, message: `${quoted(name)} is there twice (case does not matter)` });
    seen.add(name.toLowerCase());
    headers[name] = value;
  }
  if (total > MAX_TOTAL_LENGTH) {
    problems.push({
      path: 'customHeaders',
      message: `the values have ${total} characters together; expected at most ${MAX_TOTAL_LENGTH}`,
    });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: headers };
}

/** What is wrong with the name of a custom header, in words that follow it; undefined when nothing is. */
function customHeaderNameProblem(name: string): string | undefined {
  const problem = headerNameProblem(name);
  if (problem !== undefined) return problem;
  if (name === '__proto__') return 'cannot be a header name here';
  return isReservedForDelivery(name) ? 'is set by the gateway or by HTTP itself; leave it out' : undefined;
}

/** The names alone, as configuration holds them. */
export function readHeaderNames(value: unknown, problems: Problem[]): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.push({ path: '', message: 'must be a list of header names' });
    return [];
  }
  if (value.length > MAX_CUSTOM_HEADERS) {
    problems.push({ path: '', message: `${value.length} headers; expected at most ${MAX_CUSTOM_HEADERS}` });
  }
  const seen = new Set<string>();
  return value.map((entry: unknown, index) => {
    const name = typeof entry === 'string' ? entry : '';
    const problem = seen.has(name.toLowerCase())
      ? 'is there twice (case does not matter)'
      : customHeaderNameProblem(name);
    seen.add(name.toLowerCase());
    if (problem !== undefined) problems.push({ path: `[${index}]`, message: `${quoted(name)} ${problem}` });
    return name;
  });
}
