import { isSeverity, SEVERITIES } from '../model/wire/severity.ts';
import { severityKey, type Source } from '../model/config/source.ts';
import { quoted } from './problem.ts';
import type { Problem } from './problem.ts';

const MAX_WORDS = 50;
const MAX_WORD_LENGTH = 60;

/**
 * What severities of a source mean: the sender's value to ours. Case and space around a value do not count.
 *
 * Shape: `{P1: 'critical', 'needs attention': 'high'}`; an empty one is none.
 */
export function readSeverityMap(input: unknown, problems: Problem[]): Source['severityMap'] {
  const path = '';
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    problems.push({ path, message: 'must be an object; expected for example P1=critical' });
    return undefined;
  }
  const entries = Object.entries(input);
  if (entries.length > MAX_WORDS) {
    problems.push({ path, message: `${entries.length} values; expected at most ${MAX_WORDS}` });
  }
  const map: NonNullable<Source['severityMap']> = {};
  for (const [word, severity] of entries) {
    const key = severityKey(word);
    if (key === '' || key.length > MAX_WORD_LENGTH) {
      problems.push({ path, message: `${quoted(word)} must have 1 to ${MAX_WORD_LENGTH} characters` });
    } else if (!isSeverity(severity)) {
      problems.push({
        path,
        message: `${quoted(severity)} is no severity; expected one of ${SEVERITIES.join(', ')}`,
      });
    } else if (Object.hasOwn(map, key)) {
      problems.push({ path, message: `${quoted(word)} is there twice` });
    } else map[key] = severity;
  }
  return Object.keys(map).length === 0 ? undefined : map;
}
