import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbAlertStore } from '../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbRequestLedger } from '../../functions/adapters/dynamodb/requests.ts';
import { dynamodbWatchList } from '../../functions/adapters/dynamodb/watch-list.ts';
import { dynamodbAuditRecords } from '../../functions/adapters/operator/audit.ts';
import type { DeliveryLog } from '../../functions/core/deliver/ports.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { AcceptedRequest } from '../../functions/core/model/wire/accepted-request.ts';
import { newsId } from '../../functions/core/model/wire/ids.ts';
import { watchedMessage, watchedRequest } from '../../functions/core/model/wire/watched.ts';
import { watchedAlertQueue } from '../../functions/adapters/dynamodb/raised-alerts.ts';
import { dynamodbSentDeliveries } from '../../functions/adapters/operator/sent-deliveries.ts';
import { SYSTEM_SOURCE_ID, type Alert } from '../../functions/core/model/wire/alert.ts';
import type { DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import type { AuditRecords, SentDelivery } from '../../functions/core/operator/audit/ports.ts';
import { watchedDeliveryQueue } from '../../functions/core/operator/watched-deliveries.ts';
import { raised } from '../../functions/core/system-alerts/raise.ts';
import type { RequestStory } from '../../functions/core/operator/request-story.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../adapters/dynamodb-table.ts';
import { aMessage, anAlert, aRoutedAlert } from '../adapters/records.ts';
import { memoryAudited } from '../cli/memory-audited.ts';
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

type Audited = {
  records: AuditRecords;
  log: DeliveryLog;
  accept(request: AcceptedRequest): Promise<unknown>;
  /** What the watcher notes of a request that was accepted. */
  note(request: AcceptedRequest, isLost: boolean): Promise<void>;
  store(routed: RoutedAlert): Promise<void>;
  raise(alert: Alert): Promise<void>;
  /** As an operator sends it. */
  send(message: DeliveryMessage): Promise<void>;
};

function theTable(): Audited {
  const parts = { ...db, clock: clockAt(NOW), retentionDays: 90, wait: noWait, moment: noWait };
  const ledger = dynamodbRequestLedger(parts);
  const watchList = dynamodbWatchList(parts);
  const alerts = dynamodbAlertStore(parts);
  return {
    records: dynamodbAuditRecords(parts),
    log: dynamodbDeliveryLog(parts),
    accept: async (request) =>
      ledger.claim({
        ...request,
        key: request.requestId,
        bodySha256: '0'.repeat(64),
        windowSeconds: 3_600,
      }),
    note: async (request, isLost) =>
      watchList.keep([{ watched: watchedRequest(request, isLost), lookAt: NOW }]),
    store: async (routed) => alerts.put([routed]),
    raise: async (alert) => watchedAlertQueue({ enqueue: async () => {} }, parts).enqueue(raised([alert])),
    send: async (message) =>
      watchedDeliveryQueue(
        { enqueue: async () => {} },
        watchList,
        dynamodbSentDeliveries(parts),
        parts.clock,
      ).enqueue([message]),
  };
}

function inMemory(): Audited {
  const requests: RequestStory[] = [];
  const alerts = new Map<string, RoutedAlert>();
  const { log, rows } = memoryDeliveries(clockAt(NOW));
  const storyOf = ({ requestId }: AcceptedRequest) =>
    requests.find(({ request }) => request.requestId === requestId);
  const raisedAlerts: Alert[] = [];
  const sent: SentDelivery[] = [];
  return {
    records: memoryAudited({ alerts, deliveries: rows, requests, raised: raisedAlerts, sent }),
    log,
    accept: async (request) => {
      if (storyOf(request) === undefined) requests.push({ request, alerts: [], isLost: false });
      return {};
    },
    note: async (request, isLost) => {
      const story = storyOf(request);
      if (story !== undefined) story.isLost = isLost;
    },
    store: async (routed) => void alerts.set(routed.alert.id, routed),
    raise: async (alert) => {
      if (!raisedAlerts.some(({ id }) => id === alert.id)) raisedAlerts.push(alert);
    },
    send: async (message) => {
      const of = watchedMessage(message, NOW).sent;
      if (!sent.some((one) => one.sent.message.delivery_id === message.delivery_id)) {
        sent.push({ sent: of, isOpen: true });
      }
    },
  };
}

/** Requests 0, 1, 2 of one alert each; the second alert goes to nobody, so its delivery is in no plan. */
function named(which: number, run: string) {
  const at = TIMES[which] ?? TIMES[0];
  const request: AcceptedRequest = {
    requestId: `${run}-request-${which}`,
    sourceId: `src_${run}`,
    receivedAt: at,
    indexes: [[0, which]],
    ...(which === 2 && { newsIds: [newsId(`src_${run}`, 'a', 1), newsId(`src_${run}`, 'b', 1)] }),
  };
  const delivery = {
    id: `delivery-${run}-${which}`,
    destination_id: 'dst_a',
    channel: 'email' as const,
    recipient: 'ana@example.com',
  };
  const routed = aRoutedAlert(
    { id: `alert-${run}-${which}`, received_at: at },
    which === 1 ? { routing: 'unrouted' } : { deliveries: [delivery] },
  );
  const message = aMessage({
    delivery_id: delivery.id,
    alert_id: routed.alert.id,
    destination_id: delivery.destination_id,
    channel: 'email',
    recipient: delivery.recipient,
    created_at: at,
  });
  const own = anAlert({
    id: `own-${run}-${which}`,
    received_at: at,
    source: { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' },
  });
  return { request, routed, message, own };
}

const wanted = ({ alert_id: alertId, delivery_id: deliveryId }: DeliveryMessage) => ({ alertId, deliveryId });

const accept = (which: number): Step<Audited> => ({
  says: `accept request ${which}`,
  does: async (world, run) => {
    await world.accept(named(which, run).request);
  },
});

const steps = fc
  .record({
    verb: fc.constantFrom(
      ...(['note', 'store', 'begin', 'raise', 'store own', 'send'] as const),
      ...(['requests', 'alerts', 'rows', 'lost requests', 'own alerts', 'raised', 'sent'] as const),
    ),
    which: fc.nat({ max: 2 }),
    since: fc.constantFrom('2026-01-14T00:00:00.000Z', ...TIMES),
    until: fc.constantFrom(...TIMES, NOW),
    isLost: fc.boolean(),
  })
  .map(({ verb, which, since, until, isLost }): Step<Audited> => ({
    says: `${verb} ${which} ${since} ${until} ${isLost}`,
    does: async (world, run) => {
      const { records, log } = world;
      const { request, routed, message, own } = named(which, run);
      // DynamoDB refuses a range that ends before it begins.
      const [from = since, to = until] = [since, until].toSorted();
      const isMine = (id: string) => id.includes(run);
      switch (verb) {
        case 'note':
          // The watcher finds only what was accepted.
          await world.accept(request);
          return world.note(request, isLost);
        case 'store':
          return world.store(routed);
        case 'begin':
          return log.claim(message, '2026-01-15T15:01:00.000Z');
        case 'requests': {
          const found: AcceptedRequest[] = [];
          for await (const page of records.requests(from, to)) found.push(...page);
          return found
            .filter(({ requestId }) => requestId.startsWith(`${run}-`))
            .toSorted((a, b) => a.requestId.localeCompare(b.requestId));
        }
        case 'raise':
          return world.raise(own);
        case 'store own':
          return world.store(aRoutedAlert(own, {}));
        case 'send':
          return world.send(message);
        case 'rows':
          return records.rows([0, 1, 2].map((one) => wanted(named(one, run).message)));
        case 'own alerts': {
          const found: string[] = [];
          for await (const page of records.ownAlerts({ since: from, until: to })) found.push(...page);
          return found.filter(isMine).toSorted();
        }
        case 'raised':
          return (await records.raised({ since: from, until: to }))
            .map(({ id }) => id)
            .filter(isMine)
            .toSorted();
        case 'sent': {
          const found: SentDelivery[] = [];
          for await (const page of records.sent({ since: from, until: to })) found.push(...page);
          return found
            .filter(({ sent }) => isMine(sent.alertId))
            .toSorted((a, b) => a.sent.alertId.localeCompare(b.sent.alertId));
        }
        case 'alerts':
          return records.alerts([0, 1, 2].map((one) => named(one, run).routed.alert.id));
        case 'lost requests':
          return new Set([...(await records.lostRequests())].filter((id) => id.startsWith(`${run}-`)));
      }
    },
  }));

test('what an audit reads in memory is what it reads of the table', async () => {
  expect(
    await differenceBetween({
      table: theTable,
      memory: inMemory,
      begin: [accept(0), accept(1), accept(2)],
      steps,
    }),
  ).toBeUndefined();
});
