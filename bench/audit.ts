import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dynamodbAlertStore } from '../functions/adapters/dynamodb/alerts.ts';
import { batchPut } from '../functions/adapters/dynamodb/batch-write.ts';
import type { DynamodbClient } from '../functions/adapters/dynamodb/client.ts';
import { deliveryKey, deliveryTimeRow } from '../functions/adapters/dynamodb/keys.ts';
import { fromWire, toWire } from '../functions/adapters/dynamodb/operations.ts';
import { dynamodbRequestLedger } from '../functions/adapters/dynamodb/requests.ts';
import { dynamodbAuditRecords } from '../functions/adapters/operator/audit.ts';
import { alertIdsOf, type AcceptedRequest } from '../functions/core/model/wire/accepted-request.ts';
import { deliveryId, requestIdOf } from '../functions/core/model/wire/ids.ts';
import { audit } from '../functions/core/operator/audit/audit.ts';
import { LOCAL_ACCOUNT } from '../local/emulators/account.ts';
import { openDatabase } from '../local/emulators/database.ts';
import { openDynamoDb } from '../local/emulators/dynamodb/dynamodb-emulator.ts';
import { parseJsonObject } from '../local/json-object.ts';
import { anAlert, anAttempt } from '../test/adapters/records.ts';
import { deployTable } from '../test/adapters/table-definition.ts';
import { aDelivery } from '../test/cli/records.ts';
import { verdict } from './verdict.ts';

/**
 * A day of alerts, audited: minutes, memory, calls and read units. The table is the one of the local run in a folder of
 * its own, filled by the statements of the adapters, and asked without a network; each call of the audit takes 15 ms more, as
 * AWS would.
 *
 * `npx node bench/audit.ts 1000000`: so many alerts, ten in a request, each delivered to one webhook. 20,000 when left out.
 */
const ALERTS = Number(process.argv[2] ?? 20_000);
const PER_REQUEST = 10;
const REQUESTS_AT_ONCE = 50;
const DAY_MS = 86_400_000;
const CALL_MS = 15;
const DAY = Date.parse('2026-01-15T00:00:00.000Z');
const clock = { now: () => DAY + DAY_MS };
const iso = (ms: number) => new Date(ms).toISOString();
const MINUTE_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-audit-'));
const db = openDatabase(join(folder, 'table.sqlite'));
const engine = openDynamoDb({ db, clock, account: LOCAL_ACCOUNT });
const table = 'Tocsin';
const read = { calls: 0, units: 0 };
let isFarAway = false;

/** DynamoDB bills what a query read by 4 KB, and each item of a batch by itself; half where it may be a moment old. */
const unitsOf = (bytes: number, isConsistent: boolean) => Math.ceil(bytes / 4_096) * (isConsistent ? 1 : 0.5);
const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const client = {
  call: async (operation: string, input: object) => {
    const body = parseJsonObject(toWire(input));
    if (isFarAway) await pause(CALL_MS);
    const answer = await engine.call(operation, body);
    read.calls += 1;
    if (operation === 'Query') {
      read.units += unitsOf(sizeOf(answer['Items'] ?? []), body['ConsistentRead'] === true);
    }
    if (operation === 'BatchGetItem') {
      const asked = (body['RequestItems'] as Record<string, { ConsistentRead?: boolean }>)[table];
      const items = (answer['Responses'] as Record<string, unknown[]>)[table] ?? [];
      for (const item of items) read.units += unitsOf(sizeOf(item), asked?.ConsistentRead === true);
    }
    return fromWire(answer);
  },
  destroy: () => {},
} as DynamodbClient;

const kept = { client, table, clock, retentionDays: 90, wait: async () => {} };

async function fill(): Promise<void> {
  const ledger = dynamodbRequestLedger(kept);
  const store = dynamodbAlertStore(kept);
  const requests = ALERTS / PER_REQUEST;
  for (let first = 0; first < requests; first += REQUESTS_AT_ONCE) {
    const some = Array.from({ length: Math.min(REQUESTS_AT_ONCE, requests - first) }, (_, index) =>
      aRequest(first + index, requests),
    );
    for (const request of some) {
      await ledger.claim({
        ...request,
        key: request.requestId,
        bodySha256: '0'.repeat(64),
        windowSeconds: 3_600,
      });
    }
    const alerts = some.flatMap((request) => alertIdsOf(request).map((id) => ({ id, request })));
    await store.put(
      alerts.map(({ id, request }, index) => ({
        alert: anAlert({ id, received_at: request.receivedAt, title: `Finding ${String(first + index)}` }),
        request_id: request.requestId,
        routing: 'routed',
        routed_at: request.receivedAt,
        deliveries: [{ id: deliveryId(id, 'dst_1'), destination_id: 'dst_1', channel: 'webhook' }],
        trace: [],
      })),
      { isAll: true },
    );
    const items = alerts.map(({ id, request }) => {
      const row = aDelivery({
        id: deliveryId(id, 'dst_1'),
        alert_id: id,
        destination_id: 'dst_1',
        created_at: request.receivedAt,
        updated_at: request.receivedAt,
        body_sha256: 'c'.repeat(64),
        attempts: [anAttempt()],
      });
      const expires = { expires_at: Math.floor(clock.now() / 1_000) + 86_400 };
      return { ...deliveryKey(row), ...deliveryTimeRow(row.id, 'dst_1', row.created_at), ...row, ...expires };
    });
    await batchPut({ ...kept, items });
    if (first % 5_000 === 0) console.error(`${String(first * PER_REQUEST)} alerts written`);
  }
}

function aRequest(number: number, of: number): AcceptedRequest {
  const uuid = `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const receivedAt = iso(DAY + Math.floor((number / of) * (DAY_MS - MINUTE_MS)));
  return { requestId: requestIdOf(uuid), sourceId: 'src_1', receivedAt, indexes: [[0, PER_REQUEST - 1]] };
}

try {
  await deployTable(engine, table);
  const before = performance.now();
  await fill();
  const filledMs = performance.now() - before;
  Object.assign(read, { calls: 0, units: 0 });
  isFarAway = true;
  let peakMib = 0;
  const startMib = residentMib();
  const started = performance.now();
  const sum = await audit(
    { since: iso(DAY - 1), until: iso(DAY + DAY_MS) },
    dynamodbAuditRecords(kept),
    clock.now(),
    async () => {
      peakMib = Math.max(peakMib, residentMib());
    },
  );
  const minutes = (performance.now() - started) / MINUTE_MS;
  const delivered = sum.destinations.get('dst_1')?.delivered;
  if (sum.alerts.accepted !== ALERTS || delivered !== ALERTS || sum.findingCount > 0) {
    throw new Error(
      `the audit counted ${String(sum.alerts.accepted)} and ${String(delivered)} of ${String(ALERTS)}`,
    );
  }
  console.log(
    `${String(ALERTS)} alerts: ${minutes.toFixed(2)} minutes (written in ${(filledMs / MINUTE_MS).toFixed(1)}), ` +
      `${String(read.calls)} calls, ` +
      `${read.units.toFixed(0)} read units, ${peakMib.toFixed(0)} MiB at most after ${startMib.toFixed(0)}`,
  );
  verdict('audit: minutes for a million alerts', (minutes * 1_000_000) / ALERTS, 20);
  verdict('audit: read units per alert', read.units / ALERTS, 1.3);
  verdict('audit: MiB that it added', peakMib - startMib, 400);
} finally {
  await engine.close();
  db.close();
  rmSync(folder, { recursive: true, force: true });
}

function residentMib(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}
