import { metricsOf, type Metrics } from './event-metrics.ts';
import type { Clock, EventLog, InvocationIds } from '../../core/world.ts';

/**
 * An id of a source, from its seventh character on. Whoever knows the id of a source without authentication can post to
 * it, and logs are read by more people than the configuration; the beginning tells sources apart.
 */
const SOURCE_ID = /\b(src_[A-Za-z0-9]{6})[A-Za-z0-9]+/gu;

/** Where lines go; each already ends with a newline. */
type LineWriter = (line: string) => void;

/**
 * One JSON line per event: information on standard output, errors on standard error.
 *
 * Every line carries the ids of the invocation that it was told of last. Lambda gives an environment one invocation at
 * a time, so that is the one that writes the line; work that outlives its answer is the exception.
 */
export function consoleEventLog({
  clock,
  metrics,
  writeOut = (line) => void process.stdout.write(line),
  writeError = (line) => void process.stderr.write(line),
}: {
  clock: Clock;
  /** @default - the lines make no metrics */
  metrics?: Metrics;
  writeOut?: LineWriter;
  writeError?: LineWriter;
}): EventLog & { during(ids: InvocationIds): void } {
  let invocation: InvocationIds = {};
  // Lambda reads `timestamp` and `level` of a JSON line; both must be there for its level filter to apply.
  const line = (level: string, event: string, fields: Record<string, unknown>) => {
    const now = clock.now();
    const timestamp = new Date(now).toISOString();
    const counted = metrics && metricsOf(metrics, event, fields, now);
    return `${JSON.stringify({ timestamp, level, event, ...invocation, ...fields, ...counted }, plain).replace(SOURCE_ID, '$1…')}\n`;
  };
  return {
    info: (event, fields) => writeOut(line('INFO', event, fields)),
    error: (event, fields) => writeError(line('ERROR', event, fields)),
    during: (ids) => {
      invocation = ids;
    },
  };
}

/** What JSON would print as `{}` or refuse. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    return {
      name: value.name,
      message: value.message,
      stack: value.stack,
      ...(value.cause !== undefined && { cause: value.cause }),
    };
  }
  return typeof value === 'bigint' ? String(value) : value;
}
