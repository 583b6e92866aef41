import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTool } from '../../../cli/tool.ts';
import type { Overview } from '../../../console/api/operations.ts';
import { liveChanges } from '../../../console/server/live-changes.ts';
import { kept } from '../../../console/server/kept.ts';
import { freshNames } from '../../../console/server/names.ts';
import { overview } from '../../../console/server/overview.ts';
import { firstAttempt, type Delivery } from '../../../functions/core/model/wire/delivery.ts';
import { deliveryId } from '../../../functions/core/model/wire/ids.ts';
import { dynamodbClient } from '../../../functions/adapters/dynamodb/client.ts';
import { dynamodbDeliveryLog } from '../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbRequestRecords } from '../../../functions/adapters/dynamodb/requests.ts';
import { anAttempt } from '../../adapters/records.ts';
import { anAlert, aRoutedAlert } from '../../cli/records.ts';
import { emulatedGateway } from '../../cli/emulated-gateway.ts';
import { LOCAL_KEYS } from '../../cli/memory-gateway.ts';

const clock = { now: () => Date.now() };
const ALERTS = 12;
let emulated: Awaited<ReturnType<typeof emulatedGateway>>;
let tool: ReturnType<typeof openTool>;
beforeAll(async () => {
  emulated = await emulatedGateway();
  tool = openTool({ env: {}, clock }, { data: emulated.data }, emulated.gateway);
  await make(0, 2);
});
afterAll(async () => emulated.close());

const ids: string[] = [];
async function make(from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 1) {
    const name = `hook-${String(index).padStart(2, '0')}`;
    const answer = await tool.answer([
      'destination',
      'create',
      'webhook',
      '--name',
      name,
      '--url',
      'https://127.0.0.1:9/x',
    ]);
    if ('failure' in answer) throw new Error(answer.failure.message);
    ids.push((answer.json as { id: string }).id);
  }
}

/** Alerts to every destination; the first of them is delivered, a second later. */
async function store(): Promise<void> {
  const { manifest, gateway } = emulated;
  const client = dynamodbClient({ region: manifest.region, endpoint: emulated.url, credentials: LOCAL_KEYS });
  const at = clock.now() - 60_000;
  await dynamodbRequestRecords({ client, table: manifest.table }).keepLookedAtUntil(
    new Date(clock.now()).toISOString(),
    '2020-01-01T00:00:00.000Z',
  );
  const log = dynamodbDeliveryLog({ client, table: manifest.table, clock, retentionDays: 90 });
  for (let index = 0; index < ALERTS; index += 1) {
    const alert = anAlert({
      id: `5d0f3e6a-5e8c-5b58-9d2f-${String(index).padStart(12, '0')}`,
      received_at: new Date(at - index).toISOString(),
    });
    const deliveries = ids.map((id) => ({
      id: deliveryId(alert.id, id),
      destination_id: id,
      channel: 'webhook' as const,
    }));
    await gateway.records.putAlert(aRoutedAlert(alert, { deliveries }));
    const [first] = deliveries;
    if (first === undefined) continue;
    const message = firstAttempt(
      alert,
      { id: first.id, destinationId: first.destination_id, channel: 'webhook' },
      alert.received_at,
    );
    const claim = await log.claim(message, new Date(clock.now() + 60_000).toISOString());
    if (claim.claim !== 'granted') throw new Error(claim.claim);
    const startedAt = new Date(Date.parse(alert.received_at) + 900).toISOString();
    await log.record(claim.delivery, anAttempt({ started_at: startedAt, duration_ms: 100 }), 'delivered');
  }
  client.destroy();
}

async function read(open: Delivery[] = []): Promise<{ shown: Overview; calls: number }> {
  const { gateway } = emulated;
  const world = {
    gateway: { ...gateway, records: { ...gateway.records, openDeliveries: async () => open } },
    tool,
    clock,
    names: freshNames(gateway, clock),
    messageTarget: '',
    token: '',
    opensFor: 'every-request' as const,
    files: () => new Map(),
  };
  const before = emulated.asked.length;
  const shown = await overview(world, '24h');
  const calls = emulated.asked.slice(before).filter((target) => target.startsWith('DynamoDB')).length;
  return { shown, calls };
}

describe('the overview', () => {
  it('costs as many calls of the table with twenty destinations as with two, and counts them all', async () => {
    await read();
    const few = await read();
    await make(2, 20);
    await store();
    const { shown, calls } = await read();
    expect(shown.destinations).toHaveLength(20);
    expect(shown.destinations[0]).toMatchObject({ name: 'hook-00', delivered: ALERTS, held: 0 });
    expect(shown.destinations[1]).toMatchObject({ name: 'hook-01', delivered: 0, held: ALERTS });
    expect(shown.latency_ms).toEqual({ p50: 1_000, p95: 1_000, max: 1_000, count: ALERTS });
    // A call for each fifty deliveries, and one for the sheets.
    const rows = Math.ceil((2 * ALERTS * 20) / 100) + Math.ceil((ALERTS * 20) / 100);
    expect(calls - few.calls).toBeLessThanOrEqual(rows + 2);
    expect(few.calls).toBeLessThanOrEqual(50);
  });

  it('says what waits longest of what still waits, and counts it however old it is', async () => {
    const old = {
      alert_id: 'an-old-alert',
      destination_id: ids[0] ?? '',
      channel: 'webhook' as const,
      round: 1,
      attempt: 1,
      attempts: [],
      updated_at: '2026-01-01T00:00:00.000Z',
    };
    const { shown } = await read([
      { ...old, id: 'ended', state: 'dead', created_at: '2026-01-01T00:00:00.000Z' },
      { ...old, id: 'waits', state: 'pending', created_at: '2026-01-02T00:00:00.000Z' },
    ]);
    expect(shown.oldest_waiting).toMatchObject({ delivery_id: 'waits', destination_name: 'hook-00' });
    expect(shown.destinations[0]).toMatchObject({ held: 1, failed: 0, delivered: ALERTS });
  });
});

describe('an answer that is kept', () => {
  it('is asked for anew after a change, though it is fresh', async () => {
    const { gateway } = emulated;
    const changes = liveChanges({ gateway, tool, clock }, 1_000);
    let asked = 0;
    const ask = kept(
      60_000,
      clock,
      async () => (asked += 1),
      () => changes.count(),
    );
    expect([await ask(), await ask()]).toEqual([1, 1]);
    changes.note();
    expect([await ask(), await ask()]).toEqual([2, 2]);
    changes.close();
  });
});
