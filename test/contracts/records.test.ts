import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbLooks } from '../../functions/adapters/operator/looks.ts';
import { dynamodbGatewayRecords } from '../../functions/adapters/operator/records.ts';
import type { DeliveryLog } from '../../functions/core/deliver/ports.ts';
import type { Look, Looks } from '../../functions/core/operator/looks.ts';
import type { GatewayRecords, Page } from '../../functions/core/operator/ports.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../adapters/dynamodb-table.ts';
import { aMessage, anAttempt, aRoutedAlert } from '../adapters/records.ts';
import { memoryLooks, memoryRecords } from '../cli/memory-records.ts';
import { memoryDeliveries } from '../core/deliver/memory-deliveries.ts';
import { differenceBetween, type Step } from './same-answers.ts';

const NOW = '2026-01-15T15:00:00.000Z';
/** One is the day before the others. */
const TIMES = ['2026-01-14T23:59:00.000Z', '2026-01-15T14:00:00.000Z', '2026-01-15T14:30:00.000Z'] as const;

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

type Records = { records: GatewayRecords; looks: Looks; log: DeliveryLog; clock: { at: number } };

function theTable(): Records {
  const parts = { ...db, clock: clockAt(NOW), retentionDays: 90, wait: noWait, moment: noWait };
  return {
    records: dynamodbGatewayRecords(parts),
    looks: dynamodbLooks(parts),
    log: dynamodbDeliveryLog(parts),
    clock: parts.clock,
  };
}

function inMemory(): Records {
  const clock = clockAt(NOW);
  const { log, rows } = memoryDeliveries(clock);
  const kept = { alerts: new Map(), deliveries: rows, requests: [], endpointHealth: new Map() };
  return {
    records: memoryRecords(kept, clock),
    looks: memoryLooks(kept, clock),
    log,
    clock,
  };
}

type Asked = { verb: (typeof VERBS)[number]; which: number; query: Query };
type Query = {
  limit: number;
  since: string;
  type?: string;
  text?: string;
  minSeverity?: 'low' | 'high';
  status?: 'firing';
  routing?: 'routed';
  state?: 'pending' | 'sending' | 'delivered';
  recipient?: string;
};

const VERBS = [
  'begin an attempt',
  'make an attempt',
  'let a lease end',
  'list alerts',
  'list deliveries',
  'look at alerts',
  'look at deliveries',
  'look at what is owed',
  'read titles',
  'show',
  'find ids',
] as const;

/** Alerts and deliveries 0, 1, 2, of which the second is owed and has no row until its attempt begins. */
function named(which: number, run: string) {
  const at = TIMES[which] ?? TIMES[0];
  const delivery = {
    id: `delivery-${run}-${which}`,
    destination_id: `dst_${run}`,
    channel: 'email' as const,
    recipient: which === 0 ? 'Ana@example.com' : 'ben@example.com',
  };
  const routed = aRoutedAlert(
    {
      id: `alert-${run}-${which}`,
      received_at: at,
      source: { id: `src_${run}`, name: 'one', format: 'generic' },
      type: which === 0 ? 'okta.user.lock' : 'threat_alert',
      severity: which === 1 ? 'low' : 'high',
      status: which === 2 ? 'resolved' : 'firing',
      title: `Number ${which}`,
      ...(which === 2 && { labels: { team: 'Number 0' } }),
    },
    { deliveries: [delivery], ...(which === 1 && { routing: 'unrouted' as const }) },
  );
  const message = aMessage({
    delivery_id: delivery.id,
    alert_id: routed.alert.id,
    destination_id: delivery.destination_id,
    channel: 'email',
    recipient: delivery.recipient,
    created_at: at,
  });
  return { routed, message };
}

const put = (which: number): Step<Records> => ({
  says: `store alert ${which}`,
  does: async ({ records }, run) => records.putAlert(named(which, run).routed),
});

function stepOf({ verb, which, query }: Asked): Step<Records> {
  return {
    says: `${verb} ${which} ${JSON.stringify(query)}`,
    does: async ({ records, looks, log, clock }, run) => {
      const { message, routed } = named(which, run);
      const { since, limit, state, recipient, ...filter } = query;
      const window = { since, until: NOW, limit };
      const wanted = {
        ...(state !== undefined && { state }),
        ...(recipient !== undefined && { recipient }),
      };
      switch (verb) {
        case 'begin an attempt':
        case 'make an attempt': {
          const claimed = await log.claim(message, new Date(clock.at + 25_000).toISOString());
          if (claimed.claim === 'granted' && verb === 'make an attempt') {
            await log.record(claimed.delivery, anAttempt(), 'delivered');
          }
          return claimed;
        }
        case 'let a lease end':
          clock.at += 30_000;
          return undefined;
        case 'list alerts':
          return allPages(async (after) =>
            records.alerts({ ...window, ...filter, ...after, sourceId: `src_${run}` }),
          );
        case 'look at alerts':
          return everyLook(async (after) =>
            looks.alerts({ ...window, ...filter, ...after, sourceId: `src_${run}` }),
          );
        case 'look at deliveries':
          return everyLook(async (after) =>
            looks.deliveries({ ...window, ...wanted, ...after, destinationId: `dst_${run}` }),
          );
        case 'look at what is owed':
          // The deliveries of all destinations: those of other runs are left out.
          return (await everyLook(async (after) => looks.owed({ ...window, ...wanted, ...after }))).filter(
            ({ delivery }) => delivery.destination_id === `dst_${run}`,
          );
        case 'read titles':
          return looks.titles([0, 1, 2].map((one) => named(one, run).routed.alert.id));
        case 'list deliveries':
          return allPages(async (after) =>
            records.deliveries({ ...window, ...wanted, ...after, destinationId: `dst_${run}` }),
          );
        case 'find ids': {
          const beginnings = ['alert', 'delivery'].map((kind) => `${kind}-${run}-`);
          const destinationIds = [`dst_${run}`];
          const found = await Promise.all(
            beginnings.map(async (prefix) => records.idsBeginning({ prefix, since, destinationIds })),
          );
          return found.flat().sort((a, b) => a.id.localeCompare(b.id));
        }
        case 'show':
          return [await records.alert(routed.alert.id), await records.delivery(message.delivery_id)];
      }
    },
  };
}

/** The pages of a list, one after the other; how a place in it is named is the store's business. */
async function allPages<T>(page: (after: { after?: string }) => Promise<Page<T>>): Promise<T[][]> {
  const pages: T[][] = [];
  let after: { after?: string } = {};
  for (;;) {
    const { items, next } = await page(after);
    pages.push(items);
    if (next === undefined) return pages;
    after = { after: next };
  }
}

/** What looks find until there is no more; how much of it each one finds is the store's business. */
async function everyLook<T>(look: (after: { after?: string }) => Promise<Look<T>>): Promise<T[]> {
  const found: T[] = [];
  let after: { after?: string } = {};
  for (;;) {
    const { items, next } = await look(after);
    found.push(...items);
    if (next === undefined) return found;
    after = { after: next };
  }
}

/** The worker of an attempt may die: then the delivery waits again. */
const attempted = (['begin an attempt', 'let a lease end', 'show'] as const).map((verb) =>
  stepOf({ verb, which: 0, query: { limit: 1, since: TIMES[0] } }),
);

const steps = fc
  .record({
    verb: fc.constantFrom(...VERBS),
    which: fc.nat(2),
    query: fc.record(
      {
        limit: fc.constantFrom(1, 2, 10),
        since: fc.constantFrom('2026-01-14T00:00:00.000Z', TIMES[1], TIMES[2]),
        type: fc.constantFrom('okta.*', 'threat_alert'),
        text: fc.constant('nUMBER 0'),
        minSeverity: fc.constantFrom('low' as const, 'high' as const),
        status: fc.constant('firing' as const),
        routing: fc.constant('routed' as const),
        state: fc.constantFrom('pending' as const, 'sending' as const, 'delivered' as const),
        recipient: fc.constant('ana@'),
      },
      { requiredKeys: ['limit', 'since'] },
    ),
  })
  .map(stepOf);

test(
  'alerts and deliveries in memory are listed and looked at as in the table',
  { timeout: 120_000 },
  async () => {
    expect(
      await differenceBetween({
        table: theTable,
        memory: inMemory,
        begin: [...[0, 1, 2].map(put), ...attempted],
        steps,
        numRuns: 25,
      }),
    ).toBeUndefined();
  },
);
