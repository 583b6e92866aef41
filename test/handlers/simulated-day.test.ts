import { afterEach, expect, test } from 'vitest';
import { deliveryKey } from '../../functions/adapters/dynamodb/keys.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import { memoryGateway } from '../cli/memory-gateway.ts';
import { run } from '../cli/run.ts';
import { chance } from './chance.ts';
import { dayWorld } from './day-world.ts';

/**
 * A gateway under random traffic, whose workers die and whose receivers fail, audited each hour by the command; then
 * damaged in three ways, each of which the audit has to name.
 *
 * `TOCSIN_DAYS`: so many whole days. Left out: the first hours of one.
 */
const DAYS = Number(process.env['TOCSIN_DAYS'] ?? 0);
const HOURS = DAYS === 0 ? 2 : 24;
const SEEDS = Array.from({ length: Math.max(1, DAYS) }, (_, index) => index + 1);
const PATIENCE_MS = DAYS === 0 ? 120_000 : 3_600_000;
const ODDS = { call: 0.01, rejected: 0.04, unavailable: 0.08 };
const CALM = { call: 0, rejected: 0, unavailable: 0 };

type Sum = Record<'accepted' | 'delivered' | 'digested' | 'suppressed' | 'pending' | 'dead', number>;
type AuditView = {
  alerts: Record<string, number>;
  destinations: (Sum & { id: string })[];
  system_alerts: { alerts: Record<string, number>; deliveries: Sum };
  findings: { problem: string; alert_id: string; delivery_id: string | null; digest_id: string | null }[];
};

let world: Awaited<ReturnType<typeof dayWorld>> | undefined;
afterEach(async () => {
  await world?.close();
});

async function audited(day: NonNullable<typeof world>): Promise<AuditView & { code: number }> {
  const ran = await run(['audit', '--json', '--since', '40h'], {
    gateway: { ...memoryGateway(), audited: day.audited },
    clock: day.clock,
  });
  return { code: ran.code, ...(ran.json() as AuditView) };
}

const names = ({ findings }: AuditView) =>
  findings.map(({ problem, alert_id: id, delivery_id: of }) => `${problem} ${id} ${of ?? ''}`);

function expectSumsToClose(view: AuditView, accepted: number): void {
  for (const alerts of [view.alerts, view.system_alerts.alerts]) {
    const { accepted: all = 0, ...parts } = alerts;
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(all);
  }
  expect(view.alerts['accepted']).toBe(accepted);
  for (const { accepted: owed, ...sum } of [...view.destinations, view.system_alerts.deliveries]) {
    expect(sum.delivered + sum.digested + sum.suppressed + sum.pending + sum.dead).toBe(owed);
  }
}

test.each(SEEDS)(
  'traffic, deaths and refusals add up at every hour, and what is damaged is named (seed %i)',
  async (seed) => {
    // Faults are drawn in the order of calls, which no two runs have alike: what arrives must not depend on it.
    const [luck, faults] = [chance(seed), chance(seed + 1_000)];
    const day = await dayWorld((probability) => faults.is(probability));
    world = day;
    day.setOdds(ODDS);
    let wasLate: string[] = [];
    for (let hour = 0; hour < HOURS; hour += 1) {
      for (let step = 0; step < 12; step += 1) {
        if (luck.is(0.4)) await day.accept(1 + luck.below(4));
        await day.step();
      }
      const sum = await audited(day);
      // What has lost its worker just now is late, and says so. What is lost stays.
      const late = names(sum);
      expect({ hour, lasting: late.filter((one) => wasLate.includes(one)) }).toEqual({ hour, lasting: [] });
      expect(sum.code).toBe(late.length === 0 ? 0 : 1);
      wasLate = late;
      expectSumsToClose(sum, day.counts().accepted);
    }
    day.setOdds(CALM);
    const flood = await day.accept(6);
    for (let step = 0; step < 18; step += 1) await day.step();
    const quiet = await audited(day);
    expect({ code: quiet.code, findings: quiet.findings }).toEqual({ code: 0, findings: [] });
    expectSumsToClose(quiet, day.counts().accepted);
    expect(day.counts().faults).toBeGreaterThan(5);
    expect(quiet.destinations.find(({ id }) => id === 'dst_chat')?.digested).toBeGreaterThan(0);

    // 1. A row is deleted. Its first claim stands in a tally, so it looks like that of a worker who died.
    const rows = [...(await day.audited.alerts(flood)).values()].flatMap((one) => one.rows);
    const deleted = rows.find(({ state, destination_id: of }) => state === 'delivered' && of === 'dst_siem');
    await day.client.call('DeleteItem', { TableName: day.table, Key: deliveryKey(deleted as Delivery) });
    // 2. The message of a digest is stolen: what joined it is told by nothing. The watcher would send it again.
    const undigested = await day.accept(4);
    await day.step({ isWatched: false });
    await day.steal('webhookRetry');
    // 3. The message of a request is stolen before any router has it.
    const stolen = await day.accept(2);
    await day.steal('alerts');
    for (let step = 0; step < 24; step += 1) await day.step({ isWatched: false });
    const sum = await audited(day);
    expect(sum.code).toBe(1);
    const named = sum.findings.map(({ problem, alert_id: id }) => `${problem} ${id}`);
    const digest = named.filter((one) => one.startsWith('digest-without-mail'));
    expect(named.filter((one) => !digest.includes(one)).toSorted()).toEqual(
      [`lease-over ${String(deleted?.alert_id)}`, ...stolen.map((id) => `not-routed ${id}`)].toSorted(),
    );
    expect(digest.length).toBeGreaterThan(0);
    expect(digest.every((one) => undigested.some((id) => one.endsWith(id)))).toBe(true);
    expectSumsToClose(sum, day.counts().accepted);
  },
  PATIENCE_MS,
);
