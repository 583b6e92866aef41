import { wrongUsage } from '../failure.ts';
import { parseInstant } from '../words/time.ts';
import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { notOneOf } from '../../functions/core/config/problem.ts';

/** Options of every list that reads the table by time. */
export type ListOptions = { since?: string; until?: string; limit?: string; after?: string };

const MAX_LIMIT = 1_000;
const DEFAULT_LIMIT = 50;

export function addListOptions(command: Command): void {
  command
    .option('--since <time>', 'from then on: how long ago, or a date (default: 24h)')
    .option('--until <time>', 'up to then (default: now)')
    .option('--limit <count>', `at most so many, up to ${MAX_LIMIT} (default: ${DEFAULT_LIMIT})`)
    .option('--after <token>', 'go on where the list before ended');
}

/** The window and the size of a list, checked. */
export function readListOptions(
  session: Session,
  options: ListOptions,
  defaultSince = '24h',
): { since: string; until: string; limit: number; after?: string } {
  const sinceMs = parseInstant('--since', options.since ?? defaultSince, session.nowMs);
  const untilMs =
    options.until === undefined ? session.nowMs : parseInstant('--until', options.until, session.nowMs);
  if (sinceMs > untilMs) {
    throw wrongUsage(
      options.until === undefined ? '--since is in the future' : '--since is later than --until',
    );
  }
  const limit = Number(options.limit ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw wrongUsage(`--limit: ${JSON.stringify(options.limit)} is no count between 1 and ${MAX_LIMIT}`);
  }
  return {
    since: new Date(sinceMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    limit,
    ...(options.after !== undefined && { after: options.after }),
  };
}

/** A value that must be one of a few words. */
export function readWord<T extends string>(
  flag: string,
  value: string | undefined,
  words: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = words.find((word) => word === value);
  if (found === undefined) {
    throw wrongUsage(`${flag}: ${notOneOf(value, words)}`);
  }
  return found;
}
