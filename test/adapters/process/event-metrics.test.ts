import { describe, expect, test } from 'vitest';
import { consoleEventLog } from '../../../functions/adapters/process/console-event-log.ts';
import { ALERTS_COUNTED, DELIVERIES_COUNTED } from '../../../functions/adapters/process/event-metrics.ts';
import { clockAt } from '../dynamodb-table.ts';

type Line = Record<string, unknown> & {
  _aws?: {
    Timestamp: number;
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string }[];
    }[];
  };
};

/** The line that an event becomes. */
function lineOf(event: string, fields: Record<string, unknown>): Line {
  const lines: string[] = [];
  const counted = event.startsWith('alert') ? ALERTS_COUNTED : DELIVERIES_COUNTED;
  const log = consoleEventLog({
    clock: clockAt('2026-01-15T15:00:00.000Z'),
    metrics: { stack: 'Tocsin', counted },
    writeOut: (line) => lines.push(line),
  });
  log.info(event, fields);
  return JSON.parse(lines[0] ?? '') as Line;
}

const ATTEMPT = { destinationId: 'dst_1', result: 'delivered', deliveries: 2, latencyMs: [812, 0] };

describe('the metrics of a line', () => {
  test.each([
    ['alert.accepted', { accepted: 3 }, { Accepted: 3 }],
    ['alert.accepted-late', { accepted: 3 }, { Accepted: 3 }],
    ['alert.routed', { alerts: 3, deliveries: 6 }, { Routed: 3 }],
    ['delivery.attempted', ATTEMPT, { Delivered: 2, DeliveryLatency: [812, 0] }],
    ['delivery.attempted', { ...ATTEMPT, result: 'retry' }, { Failed: 2 }],
    ['delivery.attempted', { ...ATTEMPT, result: 'suppressed' }, { Suppressed: 2 }],
    ['delivery.dead-lettered', { ...ATTEMPT, result: 'dead' }, { Failed: 2, DeadLettered: 2 }],
  ])('of %s with %j are %j', (event, fields, values) => {
    const line = lineOf(event, fields);
    expect(line).toMatchObject({ event, ...fields, ...values, stack: 'Tocsin' });
    const [directive, ...more] = line._aws?.CloudWatchMetrics ?? [];
    expect(more).toEqual([]);
    expect(directive?.Metrics).toEqual(Object.keys(values).map((Name) => ({ Name })));
    // CloudWatch takes a value only for a dimension that stands beside it, as text.
    for (const name of directive?.Dimensions.flat() ?? []) expect(typeof line[name]).toBe('string');
    expect(line._aws?.Timestamp).toBe(Date.parse('2026-01-15T15:00:00.000Z'));
  });

  test('are told by stack, and by destination where there is one', () => {
    expect(lineOf('alert.routed', { alerts: 1 })._aws?.CloudWatchMetrics[0]?.Dimensions).toEqual([['stack']]);
    expect(lineOf('delivery.attempted', ATTEMPT)._aws?.CloudWatchMetrics[0]?.Dimensions).toEqual([
      ['stack'],
      ['stack', 'destinationId'],
    ]);
  });

  test.each([
    ['delivery.attempted', { ...ATTEMPT, result: 'deferred' }],
    ['alert.accepted', { accepted: 0, duplicates: 1 }],
    ['alert.rejected', { code: 'unauthorized' }],
  ])('are none of %s with %j', (event, fields) => {
    expect(lineOf(event, fields)).not.toHaveProperty('_aws');
  });

  test('are none outside of a stack', () => {
    const lines: string[] = [];
    consoleEventLog({
      clock: clockAt('2026-01-15T15:00:00.000Z'),
      writeOut: (line) => lines.push(line),
    }).info('alert.routed', { alerts: 1 });
    expect(lines[0]).not.toContain('_aws');
  });

  test('cost a line at most 250 bytes', () => {
    const fields = { ...ATTEMPT, destinationId: 'dst_3kTqv8ZbW1nXy5RrDcLm7A' };
    const bare = JSON.stringify({ ...lineOf('other', fields), event: 'delivery.attempted' }).length;
    expect(JSON.stringify(lineOf('delivery.attempted', fields)).length - bare).toBeLessThan(250);
  });
});
