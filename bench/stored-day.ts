import { dynamodbAlertStore } from '../functions/adapters/dynamodb/alerts.ts';
import { batchPut } from '../functions/adapters/dynamodb/batch-write.ts';
import type { DynamodbClient } from '../functions/adapters/dynamodb/client.ts';
import { deliveryKey, deliveryTimeRow } from '../functions/adapters/dynamodb/keys.ts';
import { fromWire, toWire } from '../functions/adapters/dynamodb/operations.ts';
import { dynamodbRequestLedger } from '../functions/adapters/dynamodb/requests.ts';
import { alertIdsOf, type AcceptedRequest } from '../functions/core/model/wire/accepted-request.ts';
import { deliveryId, requestIdOf } from '../functions/core/model/wire/ids.ts';
import { SEVERITIES } from '../functions/core/model/wire/severity.ts';
import type { Clock } from '../local/clock.ts';
import { parseJsonObject } from '../local/json-object.ts';
import { anAlert, anAttempt } from '../test/adapters/records.ts';
import { aDelivery } from '../test/cli/records.ts';

type Engine = { call(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>> };

export const DAY_MS = 86_400_000;
const PER_REQUEST = 10;
const REQUESTS_AT_ONCE = 50;
const MINUTE_MS = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

/** A client that asks the emulated table without a network; `onCall` is shown each call, and may take its time. */
export function clientOf(
  engine: Engine,
  onCall: (operation: string, body: Record<string, unknown>) => Promise<void> = async () => {},
  onAnswer: (
    operation: string,
    body: Record<string, unknown>,
    answer: Record<string, unknown>,
  ) => void = () => {},
): DynamodbClient {
  return {
    call: async (operation: string, input: object) => {
      const body = parseJsonObject(toWire(input));
      await onCall(operation, body);
      const answer = await engine.call(operation, body);
      onAnswer(operation, body, answer);
      return fromWire(answer);
    },
    destroy: () => {},
  } as DynamodbClient;
}

/** A day of alerts, written by the statements of the adapters: ten in a request, each delivered to one of the webhooks. */
export async function writeDay(
  kept: {
    client: DynamodbClient;
    table: string;
    clock: Clock;
    retentionDays: number;
    wait: () => Promise<void>;
  },
  {
    alerts,
    dayMs,
    sourceId,
    destinationIds,
  }: { alerts: number; dayMs: number; sourceId: string; destinationIds: readonly string[] },
): Promise<void> {
  const ledger = dynamodbRequestLedger(kept);
  const store = dynamodbAlertStore(kept);
  const requests = alerts / PER_REQUEST;
  const expires = { expires_at: Math.floor((dayMs + 2 * DAY_MS) / 1_000) };
  for (let first = 0; first < requests; first += REQUESTS_AT_ONCE) {
    const some = Array.from({ length: Math.min(REQUESTS_AT_ONCE, requests - first) }, (_, index) =>
      aRequest(first + index, { requests, dayMs, sourceId }),
    );
    for (const request of some) {
      await ledger.claim({
        ...request,
        key: request.requestId,
        bodySha256: '0'.repeat(64),
        windowSeconds: 3_600,
      });
    }
    const owed = some
      .flatMap((request) => alertIdsOf(request).map((id) => ({ id, request })))
      .map((one, index) => {
        const number = first * PER_REQUEST + index;
        return { ...one, number, destinationId: destinationIds[number % destinationIds.length] ?? '' };
      });
    await store.put(owed.map(routedAlert), { isAll: true });
    const rows = owed.map(({ id, request, destinationId }) => {
      const row = aDelivery({
        id: deliveryId(id, destinationId),
        alert_id: id,
        destination_id: destinationId,
        created_at: request.receivedAt,
        updated_at: request.receivedAt,
        body_sha256: 'c'.repeat(64),
        attempts: [anAttempt()],
      });
      return {
        ...deliveryKey(row),
        ...deliveryTimeRow(row.id, destinationId, row.created_at),
        ...row,
        ...expires,
      };
    });
    await batchPut({ ...kept, items: rows });
    if (first % 5_000 === 0) console.error(`${String(first * PER_REQUEST)} alerts written`);
  }
}

type OwedAlert = { id: string; request: AcceptedRequest; number: number; destinationId: string };

function routedAlert({ id, request, number, destinationId }: OwedAlert) {
  const severity = SEVERITIES[number % SEVERITIES.length] ?? 'low';
  return {
    alert: anAlert({
      id,
      received_at: request.receivedAt,
      severity,
      title: `Finding ${String(number)}`,
      source: { id: request.sourceId, name: 'scanner', format: 'generic' },
    }),
    request_id: request.requestId,
    routing: 'routed' as const,
    routed_at: request.receivedAt,
    deliveries: [
      { id: deliveryId(id, destinationId), destination_id: destinationId, channel: 'webhook' as const },
    ],
    trace: [],
  };
}

function aRequest(
  number: number,
  of: { requests: number; dayMs: number; sourceId: string },
): AcceptedRequest {
  const uuid = `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const receivedAt = iso(of.dayMs + Math.floor((number / of.requests) * (DAY_MS - MINUTE_MS)));
  return { requestId: requestIdOf(uuid), sourceId: of.sourceId, receivedAt, indexes: [[0, PER_REQUEST - 1]] };
}
