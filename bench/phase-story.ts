import { subscribe } from 'node:diagnostics_channel';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT_STARTS } from '../local/runtime/lambda-function.ts';

/** A line of a function's log, as far as it is read here. */
type Line = {
  timestamp: string;
  level: string;
  event?: string;
  attempt?: number;
  /** How many a line is about. */
  deliveries?: number;
  alertIds?: string[];
};

/**
 * What a phase of a measurement did besides what it was to do, from the logs of the functions: environments that started, failures
 * (what failed comes back later), attempts after the first one; and the way of an alert. A delivery is told of at the end of its
 * batch, which may be later than its own end.
 */
export function phaseStories(dataDir: string) {
  const folder = join(dataDir, 'logs');
  const read = new Map<string, number>();
  let starts: string[] = [];
  subscribe(ENVIRONMENT_STARTS, (name) => void starts.push(String(name)));

  function newLines(): Line[] {
    return readdirSync(folder).flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const from = read.get(file) ?? 0;
      read.set(file, text.length);
      return text.slice(from).trim().split('\n').flatMap(parsed);
    });
  }

  return {
    /** Since it was asked before. */
    next(): { told: string; wayOf: (alertId: string, fromMs: number) => string } {
      const [lines, started] = [newLines(), starts];
      starts = [];
      const again = lines
        .filter(({ event, attempt = 1 }) => event === 'delivery.attempted' && attempt > 1)
        .reduce((sum, { deliveries = 0 }) => sum + deliveries, 0);
      const failures = lines
        .filter(({ level }) => level === 'ERROR')
        .map(({ event }) => event ?? 'a failure');
      return {
        told: [
          `${String(started.length)} environments started${inAll(started)}`,
          `${String(again)} attempts were not the first`,
          `${String(failures.length)} failures${inAll(failures)}`,
        ].join(', '),
        wayOf: (alertId, fromMs) => {
          const when = (event: string): string => {
            const ms = lastOf(event, lines, alertId, fromMs);
            return ms === undefined ? 'not yet when this was read' : `after ${String(ms)} ms`;
          };
          return `routed ${when('alert.routed')}, the batch of its last attempt done ${when('delivery.attempted')}`;
        },
      };
    },
  };
}

/** ` (2 route, 1 ingest)` */
function inAll(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const parts = [...counts].map(([name, count]) => `${String(count)} ${name.replace(/^Tocsin-/u, '')}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** When the last line of an event tells of that alert, in ms since `fromMs`; undefined where none does. */
function lastOf(event: string, lines: readonly Line[], alertId: string, fromMs: number): number | undefined {
  const times = lines
    .filter((line) => line.event === event)
    .filter(({ alertIds = [] }) => alertIds.includes(alertId))
    .map(({ timestamp }) => Date.parse(timestamp) - fromMs);
  return times.length === 0 ? undefined : Math.round(Math.max(...times));
}

function parsed(line: string): Line[] {
  try {
    return [JSON.parse(line) as Line];
  } catch {
    // A line that is being written.
    return [];
  }
}
