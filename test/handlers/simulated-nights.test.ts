import { afterEach, expect, test } from 'vitest';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import { memoryGateway } from '../cli/memory-gateway.ts';
import { run } from '../cli/run.ts';
import { anInterval, aRoute, aSilence } from '../adapters/records.ts';
import { chance } from './chance.ts';
import { dayWorld } from './day-world.ts';

/**
 * Nights of a chat that is quiet then, beside a receiver that takes everything: floods, silences, alerts that fire, end and are
 * dismissed, workers that die and receivers that fail. Audited each hour.
 *
 * `TOCSIN_DAYS`: so many whole days. Left out: the last hours of one night.
 */
const DAYS = Number(process.env['TOCSIN_DAYS'] ?? 0);
const HOURS = DAYS === 0 ? 3 : DAYS * 24;
/** The watcher looks every so many steps: it is half of the work. */
const WATCHED_EVERY = DAYS === 0 ? 1 : 3;
/** Until everything that is held is told, and every digest closed. */
const REST_STEPS = DAYS === 0 ? 15 : 12 * 5;
const PATIENCE_MS = DAYS === 0 ? 120_000 : 18_000_000;
const HOUR_MS = 3_600_000;
const ODDS = { call: 0.008, rejected: 0.02, unavailable: 0.05 };
const CALM = { call: 0, rejected: 0, unavailable: 0 };
/** The chat is told of a finding that goes on, once in four hours. */
const REPEAT = { afterSeconds: 4 * 3_600 };
/** The world begins at midnight, and the chat is told from two to ten and from twelve to half past eleven. */
const AWAKE = '02:00-10:00; 12:00-23:30';

type World = Awaited<ReturnType<typeof dayWorld>>;
let world: World | undefined;
afterEach(async () => {
  await world?.close();
});

const iso = (ms: number) => new Date(ms).toISOString();

async function configure({ config, clock }: World): Promise<void> {
  await config.create('interval', anInterval({ id: 'int_1', name: 'awake', times: AWAKE }));
  await config.create(
    'route',
    aRoute({ id: 'rte_1', name: 'chat', destinationIds: ['dst_chat'], activeIntervalIds: ['int_1'] }),
  );
  await config.create('route', aRoute({ id: 'rte_2', name: 'siem', destinationIds: ['dst_siem'] }));
  for (let at = clock.at + HOUR_MS / 2, number = 1; at < clock.at + HOURS * HOUR_MS; at += 2 * HOUR_MS) {
    const id = `sil_${String(number)}`;
    const ends = { startsAt: iso(at), endsAt: iso(at + HOUR_MS) };
    await config.create('silence', aSilence({ id, name: id, ...ends }));
    number += 1;
  }
}

/** One to three alerts of one of a few findings, now and then many findings at once. */
async function arrive({ accept, clock }: World, luck: ReturnType<typeof chance>): Promise<string[]> {
  const isFlood = luck.is(0.15);
  const finding = isFlood ? `flood-${String(clock.at)}` : `finding-${String(luck.below(5))}`;
  const said = {
    title: isFlood ? 'flood' : finding,
    status: isFlood ? 'firing' : luck.of(['firing', 'firing', 'firing', 'resolved', 'dismissed']),
    severity: luck.of(['low', 'medium', 'high', 'high', 'critical']),
    labels: { env: luck.of(['dev', 'prod']) },
  };
  return accept(isFlood ? 12 : 1 + luck.below(3), (index) => ({
    ...said,
    dedup_key: isFlood ? `${finding}-${String(index)}` : finding,
  }));
}

async function auditNow(day: World, sinceHours: number) {
  const ran = await run(['audit', '--json', '--since', `${String(sinceHours)}h`], {
    gateway: { ...memoryGateway(), audited: day.audited },
    clock: day.clock,
  });
  return ran.json() as {
    destinations: (Record<string, number> & { id: string })[];
    findings: { problem: string; alert_id: string; delivery_id: string | null }[];
  };
}

type Seen = { routed: RoutedAlert; row: Delivery | undefined; to: string };

/** Every delivery that was planned, with its row. */
async function deliveriesOf(day: World, ids: readonly string[]): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (let start = 0; start < ids.length; start += 100) {
    for (const { routed, rows } of (await day.audited.alerts(ids.slice(start, start + 100))).values()) {
      for (const planned of routed.deliveries) {
        seen.push({ routed, row: rows.find(({ id }) => id === planned.id), to: planned.destination_id });
      }
    }
  }
  return seen;
}

const REASONS = new Set(['silenced', 'repeated', 'never-told', 'overtaken']);

test(
  'of quiet hours, silences and floods nothing is dropped, and each suppressed alert has its reason',
  async () => {
    // Faults are drawn in the order of calls, which no two runs have alike: what arrives must not depend on it.
    const [luck, faults] = [chance(11), chance(12)];
    const day = await dayWorld((probability) => faults.is(probability), { repeat: REPEAT });
    world = day;
    await configure(day);
    day.setOdds(ODDS);
    const ids: string[] = [];
    let wasLate: string[] = [];
    for (let hour = 0; hour < HOURS; hour += 1) {
      for (let step = 0; step < 12; step += 1) {
        if (luck.is(0.5)) ids.push(...(await arrive(day, luck)));
        await day.step({ isWatched: step % WATCHED_EVERY === 0 });
      }
      const { destinations, findings } = await auditNow(day, hour % 24 === 23 ? HOURS + 8 : 30);
      for (const {
        accepted,
        delivered = 0,
        digested = 0,
        suppressed = 0,
        pending = 0,
        dead = 0,
      } of destinations) {
        expect({ hour, sum: delivered + digested + suppressed + pending + dead }).toEqual({
          hour,
          sum: accepted,
        });
      }
      const late = findings.map(
        ({ problem, alert_id: id, delivery_id: of }) => `${problem} ${id} ${of ?? ''}`,
      );
      expect({ hour, lasting: late.filter((one) => wasLate.includes(one)) }).toEqual({ hour, lasting: [] });
      wasLate = late;
      if (DAYS > 0 && hour % 24 === 23)
        process.stderr.write(`${iso(day.clock.at)} ${JSON.stringify(day.counts())}\n`);
    }
    day.setOdds(CALM);
    for (let step = 0; step < REST_STEPS; step += 1) await day.step();

    const seen = await deliveriesOf(day, ids);
    const open = seen.filter(
      ({ row }) => row === undefined || row.state === 'pending' || row.state === 'sending',
    );
    expect(open.map(({ row, to }) => [to, row?.state, row?.reason])).toEqual([]);
    const suppressed = seen.filter(({ row }) => row?.state === 'suppressed');
    expect(suppressed.filter(({ row }) => !REASONS.has(row?.reason ?? ''))).toEqual([]);

    const isHeld = ({ routed, to }: Seen) =>
      routed.deliveries.some(({ destination_id: id, outside }) => id === to && outside !== undefined);
    // Decided twice: a router that died before it stored what it had decided found it silenced, and told the deliverer so.
    const wasSilenced = ({ routed, row }: Seen) =>
      row?.reason === 'silenced' && row.updated_at < routed.routed_at;
    const held = seen.filter((one) => isHeld(one) && !wasSilenced(one));
    expect(held.length).toBeGreaterThan(5);
    for (const { routed, row } of held) {
      const until = routed.deliveries.find(({ outside }) => outside !== undefined)?.outside?.until ?? '';
      // Nothing of it was told, joined or suppressed before the opening.
      expect((row?.attempts[0]?.started_at ?? row?.updated_at ?? '') >= until).toBe(true);
    }

    for (const { routed, row, to } of seen) {
      if (!routed.trace.some(({ destination_id: id, decision }) => id === to && decision === 'silence'))
        continue;
      expect([row?.state, row?.reason, row?.attempts]).toEqual(['suppressed', 'silenced', []]);
    }
    const silenced = seen.filter(({ row }) => row?.reason === 'silenced');
    expect(silenced.length).toBeGreaterThan(0);
    for (const { routed } of silenced) {
      expect([routed.alert.labels['env'], routed.alert.status]).toEqual(['dev', 'firing']);
      expect(routed.alert.severity).not.toBe('critical');
    }
    await expectSummaries(day, silenced);

    const chat = seen.filter(({ to }) => to === 'dst_chat');
    for (const kind of ['digested', 'repeated', 'never-told']) {
      const found = chat.filter(({ row }) => row?.state === kind || row?.reason === kind);
      expect({ kind, found: found.length > 0 }).toEqual({ kind, found: true });
    }
    expectToldBeforeOver(chat);
    // A machine gets everything that no silence covers, in its time.
    const siem = seen.filter(({ to }) => to === 'dst_siem');
    expect(
      siem.filter(
        ({ row }) => row?.reason !== undefined && row.reason !== 'silenced' && row.state === 'suppressed',
      ),
    ).toEqual([]);
  },
  PATIENCE_MS,
);

/** What each silence told when it ended is what it kept back. */
async function expectSummaries(day: World, silenced: readonly Seen[]): Promise<void> {
  const told = new Map<string, number>();
  const window = { since: '2026-01-15T00:00:00.000Z', until: iso(day.clock.at) };
  for await (const page of day.audited.ownAlerts(window)) {
    for (const { routed } of (await day.audited.alerts(page)).values()) {
      const { type, details } = routed.alert;
      if (type !== 'tocsin.silence-ended') continue;
      const key = `${String(details['silence_id'])} ${String(details['only_destination_id'])}`;
      told.set(key, Number(details['silenced_alerts']));
    }
  }
  const kept = new Map<string, number>();
  for (const { row, to } of silenced) {
    const key = `${row?.silence?.id ?? ''} ${to}`;
    kept.set(key, (kept.get(key) ?? 0) + 1);
  }
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(kept));
}

/** No end is told of a finding that was not: delivered, in a digest, or in a letter that says that it was to be told. */
function expectToldBeforeOver(chat: readonly Seen[]): void {
  const isTold = ({ row }: Seen) => ['delivered', 'digested', 'dead'].includes(row?.state ?? '');
  const told = chat.filter(isTold);
  const firing = new Set(
    told.filter(({ routed }) => routed.alert.status === 'firing').map(({ routed }) => routed.alert.dedup_key),
  );
  const ends = told.filter(({ routed }) => routed.alert.status !== 'firing');
  expect(ends.filter(({ routed }) => !firing.has(routed.alert.dedup_key))).toEqual([]);
}
