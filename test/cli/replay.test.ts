import { SYSTEM_SOURCE_ID } from '../../functions/core/model/wire/alert.ts';
import { describe, expect, it } from 'vitest';
import { deliveryId } from '../../functions/core/model/wire/ids.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import { aMailingList, aWebhook } from '../adapters/records.ts';
import { memoryGateway } from './memory-gateway.ts';
import { aDelivery, anAlert, aRoutedAlert } from './records.ts';
import { NOW, run } from './run.ts';

const ALERT = anAlert();
const LONG_AGO = new Date(NOW - 3_600_001).toISOString();

type Replayed = {
  sent?: number;
  would_send?: number;
  skipped: Record<string, number>;
  deliveries: unknown[];
};

/** A gateway with two destinations, and one alert that was planned for the first. */
async function aGateway(row: Partial<Delivery> | undefined, routed: Partial<RoutedAlert> = {}) {
  const gateway = memoryGateway();
  for (const destination of [
    aWebhook({ id: 'dst_a', name: 'siem' }),
    aMailingList({ id: 'dst_b', name: 'oncall', minSeverity: 'critical' }),
  ]) {
    await gateway.config.create('destination', destination);
  }
  gateway.kept.alerts.set(ALERT.id, aRoutedAlert(ALERT, routed));
  if (row !== undefined) {
    const delivery = aDelivery({ id: deliveryId(ALERT.id, 'dst_a'), ...row });
    gateway.kept.deliveries.set(delivery.id, delivery);
  }
  const replay = async (...argv: string[]) => {
    const ran = await run(['replay', '--json', ...argv], { gateway });
    return { ...ran, result: ran.json() as Replayed };
  };
  return { gateway, replay };
}

describe('replay --alert', () => {
  it.each<[Delivery['state'], Partial<Delivery>]>([
    ['dead', { reason: 'receiver-unreachable', attempt: 4, round: 1 }],
    ['suppressed', { reason: 'destination-disabled', attempt: 0, round: 1 }],
  ])('sends what is %s in a new round, with the id and the time of its own', async (state, row) => {
    const { gateway, replay } = await aGateway({ state, ...row });
    const { result } = await replay('--alert', ALERT.id);
    expect(result).toMatchObject({ sent: 1, skipped: {} });
    const attempt = (row.attempt ?? 0) + 1;
    expect(gateway.kept.enqueued).toMatchObject([
      {
        delivery_id: deliveryId(ALERT.id, 'dst_a'),
        destination_id: 'dst_a',
        created_at: aDelivery().created_at,
        attempt,
        first_attempt: attempt,
        round: 2,
        alert: { id: ALERT.id },
      },
    ]);
    expect(gateway.kept.enqueued[0]).not.toHaveProperty('is_again');
  });

  it('twice sends the same message, of which the claim takes one', async () => {
    const { gateway, replay } = await aGateway({ state: 'dead', attempt: 4 });
    await replay('--alert', ALERT.id);
    await replay('--alert', ALERT.id);
    expect(gateway.kept.enqueued[1]).toEqual(gateway.kept.enqueued[0]);
  });

  it('leaves alone what was delivered, unless it is asked for again', async () => {
    const { gateway, replay } = await aGateway({ state: 'delivered' });
    expect((await replay('--alert', ALERT.id)).result).toMatchObject({ sent: 0, skipped: { delivered: 1 } });
    expect(gateway.kept.enqueued).toEqual([]);
    expect((await replay('--alert', ALERT.id, '--again')).result).toMatchObject({ sent: 1 });
    expect(gateway.kept.enqueued).toMatchObject([{ attempt: 2, round: 2, is_again: true }]);
  });

  it.each<[string, Partial<Delivery>, boolean]>([
    ['waits for its next attempt', { state: 'pending', due_at: new Date(NOW + 60_000).toISOString() }, false],
    ['is being sent', { state: 'sending', lease_until: new Date(NOW + 60_000).toISOString() }, false],
    ['should have been sent an hour ago', { state: 'pending', updated_at: LONG_AGO, due_at: LONG_AGO }, true],
    [
      'was claimed by a worker that is gone',
      { state: 'sending', updated_at: LONG_AGO, lease_until: LONG_AGO },
      true,
    ],
  ])('a delivery that %s', async (_, row, isSent) => {
    const { gateway, replay } = await aGateway({ attempt: 2, round: 3, ...row });
    const { result } = await replay('--alert', ALERT.id);
    expect(result).toMatchObject(
      isSent ? { sent: 1, skipped: {} } : { sent: 0, skipped: { 'under-way': 1 } },
    );
    // In its round: should the message turn up after all, only one of the two is claimed.
    expect(gateway.kept.enqueued).toMatchObject(isSent ? [{ attempt: 3, round: 3 }] : []);
  });

  it('sends to whom it was never planned for, if the configuration of now owes it to them', async () => {
    const { gateway, replay } = await aGateway(undefined);
    expect((await replay('--alert', ALERT.id)).result).toMatchObject({
      sent: 1,
      deliveries: [{ destination: 'siem', was: 'never-planned', attempt: 1, round: 1 }],
    });
    expect(gateway.kept.enqueued[0]?.created_at).toBe(new Date(NOW).toISOString());
  });

  it('sends to a destination that is named in any case, once per recipient', async () => {
    const { gateway, replay } = await aGateway(undefined);
    await replay('--alert', ALERT.id, '--destination', 'oncall');
    expect(gateway.kept.enqueued).toMatchObject([
      { delivery_id: deliveryId(ALERT.id, 'dst_b', 'ops@example.com'), recipient: 'ops@example.com' },
    ]);
  });

  it('sends nothing to what is disabled or gone, nor a test', async () => {
    const { gateway, replay } = await aGateway({ state: 'dead' });
    gateway.kept.deliveries.set('gone', aDelivery({ id: 'gone', state: 'dead', destination_id: 'dst_z' }));
    gateway.kept.deliveries.set('test', aDelivery({ id: 'test', state: 'dead', is_test: true }));
    await run(['destination', 'disable', 'siem'], { gateway });
    expect((await replay('--alert', ALERT.id)).result).toMatchObject({
      sent: 0,
      skipped: { 'destination-disabled': 1, 'destination-deleted': 1, test: 1 },
    });
  });

  it('says what it would do and does nothing under --dry-run', async () => {
    const { gateway, replay } = await aGateway({ state: 'dead' });
    expect((await replay('--alert', ALERT.id, '--dry-run')).result).toMatchObject({
      dry_run: true,
      would_send: 1,
    });
    expect(gateway.kept.enqueued).toEqual([]);
    const { stdout } = await run(['replay', '--alert', ALERT.id, '--dry-run'], { gateway });
    expect(stdout).toContain('Would send 1 again');
  });

  it('fails for an alert that is not stored', async () => {
    const { code } = await run(['replay', '--alert', 'nope'], { gateway: memoryGateway() });
    expect(code).toBe(1);
  });
});

describe('replay --destination', () => {
  it('sends every alert of the window that did not arrive, over all pages, and no test', async () => {
    const { gateway, replay } = await aGateway({ state: 'delivered' });
    for (let index = 0; index < 250; index += 1) {
      const alert = anAlert({ id: `alert-${index}`, received_at: new Date(NOW - 60_000).toISOString() });
      gateway.kept.alerts.set(alert.id, aRoutedAlert(alert));
      gateway.kept.deliveries.set(
        `delivery-${index}`,
        aDelivery({
          id: deliveryId(alert.id, 'dst_a'),
          alert_id: alert.id,
          state: index % 2 === 0 ? 'dead' : 'delivered',
        }),
      );
    }
    const test = anAlert({
      id: 'test',
      type: 'tocsin.test',
      source: { id: SYSTEM_SOURCE_ID, name: 'tocsin', format: 'generic' },
      received_at: new Date(NOW - 60_000).toISOString(),
    });
    gateway.kept.alerts.set('test', aRoutedAlert(test));
    // A sender may call its alerts as ours are called: this one is owed.
    const named = anAlert({ id: 'named', type: 'tocsin.test', received_at: test.received_at });
    gateway.kept.alerts.set('named', aRoutedAlert(named));
    const { result } = await replay('--destination', 'siem', '--since', '2m');
    expect(result).toMatchObject({ sent: 126, skipped: { delivered: 125 } });
    expect(new Set(gateway.kept.enqueued.map((message) => message.delivery_id)).size).toBe(126);
    expect((await replay('--destination', 'siem', '--since', '10s')).result).toMatchObject({ sent: 0 });
  });

  it('leaves out what the routes of now do not owe to it', async () => {
    const { replay } = await aGateway(undefined);
    expect((await replay('--destination', 'oncall', '--since', '1h')).result).toMatchObject({ sent: 0 });
  });
});

describe('replay refuses', () => {
  it.each([
    [[]],
    [['--destination', 'siem']],
    [['--since', '1h']],
    [['--alert', 'a', '--since', '1h']],
    [['--destination', 'siem', '--since', 'yesterday']],
    [['--destination', 'siem', '--since', '1h', '--until', '2h']],
  ])('%j', async (argv) => {
    expect((await run(['replay', ...argv], { gateway: memoryGateway() })).code).toBe(2);
  });
});

describe('why', () => {
  const trace = [
    {
      destination_id: 'dst_a',
      destination_name: 'siem',
      decision: 'deliver',
      because: 'route-matched',
      route: 'nightly',
    },
    {
      destination_id: 'dst_b',
      destination_name: 'oncall',
      decision: 'skip',
      because: 'below-minimum-severity',
    },
    { destination_id: 'dst_z', destination_name: 'old', decision: 'skip', because: 'destination-disabled' },
  ] as const;
  const dead: Partial<Delivery> = {
    state: 'dead',
    reason: 'receiver-unreachable',
    attempts: [
      {
        number: 1,
        started_at: LONG_AGO,
        duration_ms: 1,
        outcome: 'failed',
        reason: 'receiver-unreachable',
        detail: 'no connection',
        destination_version: 1,
      },
    ],
  };

  it('tells of every destination the decision and what came of it', async () => {
    const { gateway } = await aGateway(dead, { trace: [...trace] });
    const { stdout } = await run(['why', ALERT.id], { gateway });
    expect(stdout).toContain('siem: chosen, a route matched (nightly)');
    expect(stdout).toContain('dead: receiver-unreachable, 1 attempt');
    expect(stdout).toContain('last: no connection');
    expect(stdout).toContain('oncall: not chosen, the severity is below what it takes');
    expect(stdout).toContain('old: not chosen, it is disabled');
  });

  it.each([
    ['that has not begun', undefined],
    ['between two attempts', { state: 'pending' as const, due_at: LONG_AGO, attempts: [] }],
  ])('tells that a delivery %s waits for a receiver that fails', async (_which, delivery) => {
    const { gateway } = await aGateway(delivery, { trace: [...trace] });
    const openUntil = new Date(NOW + 45_000).toISOString();
    gateway.kept.endpointHealth.set('dst_a', { failures: 5, openings: 1, openUntil });
    const { stdout } = await run(['why', ALERT.id, 'siem'], { gateway });
    expect(stdout).toContain('waits: the receiver failed 5 times in a row, and is tried again in 45s');
    expect(stdout).not.toContain('next ');
  });

  it('tells of one destination alone, by name or id', async () => {
    const { gateway } = await aGateway(dead, { trace: [...trace] });
    for (const name of ['oncall', 'dst_b']) {
      const ran = await run(['why', ALERT.id, name, '--json'], { gateway });
      expect(ran.json()).toMatchObject({
        alert_id: ALERT.id,
        destinations: [
          { name: 'oncall', decision: 'skip', because: 'below-minimum-severity', deliveries: [] },
        ],
      });
    }
  });

  it.each([
    [
      'was created later, as the records say',
      '2026-03-01T00:00:00.000Z',
      'it was created after the alert was routed',
    ],
    [
      'was created before',
      '2025-01-01T00:00:00.000Z',
      'the decision does not name it, although it was created before',
    ],
  ])('a destination that the decision does not name and that %s', async (_, createdAt, words) => {
    const { gateway } = await aGateway(undefined, {
      trace: [trace[1]],
      routed_at: '2026-02-01T00:00:00.000Z',
    });
    gateway.kept.config.destination.set('dst_a', aWebhook({ id: 'dst_a', name: 'siem', createdAt }));
    const { stdout } = await run(['why', ALERT.id, 'siem'], { gateway });
    expect(stdout).toContain(`siem: not asked: ${words} (${createdAt})`);
  });

  it('says nothing of other destinations about a test, which goes to one', async () => {
    const { gateway } = await aGateway(undefined, { trace: [trace[1]] });
    gateway.kept.alerts.set(
      ALERT.id,
      aRoutedAlert(
        {
          ...ALERT,
          type: 'tocsin.test',
          source: { id: SYSTEM_SOURCE_ID, name: 'tocsin', format: 'generic' },
        },
        { trace: [trace[1]] },
      ),
    );
    const { stdout } = await run(['why', ALERT.id, 'siem'], { gateway });
    expect(stdout).toContain('siem: not asked: a test goes to one destination');
  });

  it('fails for an alert or a destination that nobody knows', async () => {
    const { gateway } = await aGateway(undefined);
    expect((await run(['why', 'nope'], { gateway })).code).toBe(1);
    expect((await run(['why', ALERT.id, 'nope'], { gateway })).stderr).toContain(
      'no destination is called "nope"',
    );
  });
});
