import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dynamodbAuditRecords } from '../functions/adapters/operator/audit.ts';
import { audit } from '../functions/core/operator/audit/audit.ts';
import { LOCAL_ACCOUNT } from '../local/emulators/account.ts';
import { openDatabase } from '../local/emulators/database.ts';
import { openDynamoDb } from '../local/emulators/dynamodb/dynamodb-emulator.ts';
import { deployTable } from '../test/adapters/table-definition.ts';
import { sizes } from './sizes.ts';
import { clientOf, DAY_MS, writeDay } from './stored-day.ts';
import { verdict } from './verdict.ts';

/**
 * A day of alerts, audited: minutes, memory, calls and read units. The table is the one of the local run in a folder of
 * its own, filled by the statements of the adapters, and asked without a network; each call of the audit takes 15 ms more, as
 * AWS would.
 *
 * `npx node bench/audit.ts 1000000`: so many alerts, ten in a request, each delivered to one webhook. 20,000 when left out.
 */
const { alerts: ALERTS } = sizes({
  alerts: { usual: 20_000, smallest: 200 },
});
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

const client = clientOf(
  engine,
  async () => {
    if (isFarAway) await pause(CALL_MS);
  },
  (operation, body, answer) => {
    if (!isFarAway) return;
    read.calls += 1;
    if (operation === 'Query') {
      read.units += unitsOf(sizeOf(answer['Items'] ?? []), body['ConsistentRead'] === true);
    }
    if (operation === 'BatchGetItem') {
      const asked = (body['RequestItems'] as Record<string, { ConsistentRead?: boolean }>)[table];
      const items = (answer['Responses'] as Record<string, unknown[]>)[table] ?? [];
      for (const item of items) read.units += unitsOf(sizeOf(item), asked?.ConsistentRead === true);
    }
  },
);
const kept = { client, table, clock, retentionDays: 90, wait: async () => {} };

try {
  await deployTable(engine, table);
  const before = performance.now();
  await writeDay(kept, { alerts: ALERTS, dayMs: DAY, sourceId: 'src_1', destinationIds: ['dst_1'] });
  const filledMs = performance.now() - before;
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
  verdict('audit: minutes for a million alerts', (minutes * 1_000_000) / ALERTS, 10);
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
