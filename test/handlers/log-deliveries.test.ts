import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DELIVERIES_COUNTED,
  metricsOf,
  withoutCanaries,
} from '../../functions/adapters/process/event-metrics.ts';
import type { Settled } from '../../functions/core/deliver/settle.ts';
import { CANARY_SOURCE_ID } from '../../functions/core/model/wire/alert.ts';
import { logDeliveries, type SettledDelivery } from '../../functions/handlers/log-deliveries.ts';
import { aMessage, anAlert } from '../adapters/records.ts';

type Line = { event: string; fields: Record<string, unknown> };

function linesOf(deliveries: readonly SettledDelivery[]): Line[] {
  const lines: Line[] = [];
  const info = (event: string, fields: Record<string, unknown>) => void lines.push({ event, fields });
  logDeliveries(deliveries, { info, error: () => expect.unreachable('it is no error of ours') });
  return lines;
}

/** Every kind of end that `settle.ts` makes, and one that only its type allows. */
const ENDS: Settled[] = [
  { verdict: 'delivered', status: 200, durationMs: 0 },
  { verdict: 'delivered', status: 204, durationMs: 0 },
  { verdict: 'delivered', durationMs: 0 },
  { verdict: 'delivered', status: 200 },
  { verdict: 'retry', reason: 'timeout', durationMs: 0 },
  { verdict: 'retry', reason: 'receiver-error', status: 500, durationMs: 0 },
  { verdict: 'retry', reason: 'receiver-error', status: 503, durationMs: 0 },
  { verdict: 'failed', reason: 'receiver-gone', status: 410, durationMs: 0 },
  { verdict: 'suppressed', reason: 'destination-disabled' },
  { verdict: 'waits', reason: 'slow-lane' },
  { verdict: 'digested' },
  { verdict: 'settled' },
];

const kind = record({
  end: constantFrom(...ENDS),
  sourceId: constantFrom('src_1', 'src_2', CANARY_SOURCE_ID),
  destination_id: constantFrom('dst_1', 'dst_2'),
  channel: constantFrom('webhook' as const, 'email' as const),
  attempt: constantFrom(1, 2),
});

const one = record({
  /** In which field it is not as most of its batch. */
  differs: constantFrom('nothing', 'end', 'sourceId', 'destination_id', 'channel', 'attempt'),
  durationMs: nat(2_000),
  latencyMs: nat(2_000),
});

/** Any batch whose deliveries differ in at most one fact. The ids tell them apart. */
const batch = record({ usual: kind, other: kind, ones: array(one, { minLength: 1, maxLength: 20 }) }).map(
  ({ usual, other, ones }) =>
    ones.map(({ differs, durationMs, latencyMs }, index): SettledDelivery => {
      const named = Object.entries(other).filter(([name]) => name === differs);
      const { end, sourceId, ...more } = { ...usual, ...Object.fromEntries(named) };
      return {
        message: aMessage({
          ...more,
          delivery_id: `delivery-${String(index)}`,
          alert_id: `alert-${String(index)}`,
          alert: anAlert({ source: { ...anAlert().source, id: sourceId } }),
        }),
        settled: { ...end, ...(end.durationMs !== undefined && { durationMs }) },
        latencyMs,
      };
    }),
);

/** Fields that say the same of each delivery of a line, and those that hold a value of each. */
const LISTS = ['deliveryIds', 'alertIds', 'durationMs', 'latencyMs'];

const valueAt = (line: Line, name: string, index: number): unknown =>
  (line.fields[name] as unknown[] | undefined)?.[index];

describe('the lines of any batch', () => {
  test('hold each delivery once, with what its own line would say of it', () => {
    assert(
      property(batch, (deliveries) => {
        const told = linesOf(deliveries).flatMap((line) =>
          Array.from({ length: Number(line.fields['deliveries']) }, (_, index) => ({
            event: line.event,
            fields: Object.fromEntries(
              Object.keys(line.fields).map((name) => {
                if (name === 'deliveries') return [name, 1];
                return LISTS.includes(name)
                  ? [name, [valueAt(line, name, index)]]
                  : [name, line.fields[name]];
              }),
            ),
          })),
        );
        const alone = deliveries.flatMap((one) => linesOf([one]));
        const byId = (line: Line) => String(valueAt(line, 'deliveryIds', 0));
        const sorted = (lines: Line[]) => lines.toSorted((a, b) => byId(a).localeCompare(byId(b)));
        expect(sorted(told)).toEqual(sorted(alone));
      }),
    );
  });

  test('have lists of one length, and no two lines of deliveries that went alike', () => {
    assert(
      property(batch, (deliveries) => {
        const lines = linesOf(deliveries);
        for (const { fields } of lines) {
          const lengths = LISTS.flatMap((name) =>
            name in fields ? [(fields[name] as unknown[]).length] : [],
          );
          expect(new Set(lengths)).toEqual(new Set([fields['deliveries']]));
        }
        const alike = lines.map(({ event, fields }) => {
          const same = Object.entries(fields).filter(([name]) => ![...LISTS, 'deliveries'].includes(name));
          return JSON.stringify([event, same, Object.keys(fields)]);
        });
        expect(new Set(alike).size).toBe(lines.length);
      }),
    );
  });

  test('count by stack and by destination what a line for each delivery counts, and no canary', () => {
    assert(
      property(batch, (deliveries) => {
        const together = countedIn(linesOf(deliveries));
        expect(together).toEqual(countedIn(deliveries.flatMap((one) => linesOf([one]))));
        const arrived = deliveries.filter(
          ({ message, settled }) =>
            message.alert.source.id !== CANARY_SOURCE_ID && settled.verdict === 'delivered',
        );
        expect(together.get('Tocsin Delivered') ?? [0]).toEqual([arrived.length]);
        expect(together.get('Tocsin DeliveryLatency') ?? []).toEqual(
          arrived.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b),
        );
      }),
    );
  });
});

/** Each metric of each set of dimensions, as CloudWatch would read it: its sum, and of a latency every value. */
function countedIn(lines: readonly Line[]): Map<string, number[]> {
  const counted = new Map<string, number[]>();
  const metrics = { stack: 'Tocsin', counted: withoutCanaries(DELIVERIES_COUNTED) };
  for (const { event, fields } of lines) {
    const line = { ...fields, ...metricsOf(metrics, event, fields, 0) } as Record<string, unknown> & {
      _aws?: { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
    };
    for (const { Dimensions, Metrics } of line._aws?.CloudWatchMetrics ?? []) {
      for (const names of Dimensions) {
        for (const { Name } of Metrics) {
          const key = [...names.map((name) => line[name]), Name].join(' ');
          counted.set(key, [...(counted.get(key) ?? []), ...[line[Name] as number | number[]].flat()]);
        }
      }
    }
  }
  for (const [key, values] of counted) {
    const isLatency = key.endsWith('DeliveryLatency');
    const sum = values.reduce((all, value) => all + value, 0);
    counted.set(key, isLatency ? values.toSorted((a, b) => a - b) : [sum]);
  }
  return counted;
}

test('one delivery has the lists that many have, so that a query is written once', () => {
  const [settled] = ENDS as [Settled];
  expect(linesOf([{ message: aMessage(), settled, latencyMs: 7 }])).toEqual([
    {
      event: 'delivery.attempted',
      fields: {
        sourceId: 'src_1',
        destinationId: 'dst_1',
        channel: 'webhook',
        attempt: 1,
        result: 'delivered',
        status: 200,
        deliveries: 1,
        deliveryIds: ['delivery-1'],
        alertIds: ['alert-1'],
        durationMs: [0],
        latencyMs: [7],
      },
    },
  ]);
});
