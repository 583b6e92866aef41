import { describe, expect, test } from 'vitest';
import { watchCertificates } from '../../../functions/core/watch/watch-certificates.ts';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';
import type { Destination } from '../../../functions/core/model/config/destination.ts';
import { aMailingList, aWebhook } from '../../adapters/records.ts';

const NOT_AFTER = '2026-06-01T00:00:00.000Z';
const daysBefore = (days: number): number => Date.parse(NOT_AFTER) - days * 86_400_000;
const mtls = aWebhook({ auth: { type: 'mtls', notAfter: NOT_AFTER } });

/** A watcher whose warnings are stored as the router would store them. */
function aWatcher(destinations: Destination[]) {
  const stored = new Set<string>();
  const clock = { at: 0 };
  return {
    stored,
    run: async (nowMs: number): Promise<Alert[]> => {
      clock.at = nowMs;
      const raised = await watchCertificates({
        routingTable: {
          load: async () => ({ routes: [], destinations, unreadable: { routes: [], destinations: [] } }),
        },
        store: { stored: async (ids) => new Set(ids.filter((id) => stored.has(id))) },
        alerts: { enqueue: async ({ alerts }) => alerts.forEach(({ id }) => void stored.add(id)) },
        clock: { now: () => clock.at },
        tenantId: 'Tocsin',
      });
      return raised;
    },
  };
}

describe('the end of a client certificate', () => {
  test.each([
    [31, []],
    [30, ['medium']],
    [7.5, ['medium']],
    [7, ['high']],
    [1, ['critical']],
    [-1, ['critical']],
  ])('%d days away is told as %j', async (days, severities) => {
    const raised = await aWatcher([mtls]).run(daysBefore(days));
    expect(raised.map(({ severity }) => severity)).toEqual(severities);
  });

  test('is told three times in all, however often the watcher runs', async () => {
    const watcher = aWatcher([mtls]);
    const told: string[] = [];
    for (let hours = 40 * 24; hours >= -48; hours -= 1) {
      told.push(...(await watcher.run(daysBefore(hours / 24))).map(({ severity }) => severity));
    }
    expect(told).toEqual(['medium', 'high', 'critical']);
  });

  test('is told anew for the certificate that replaced it', async () => {
    const watcher = aWatcher([mtls]);
    await watcher.run(daysBefore(7));
    const renewed = aWatcher([aWebhook({ auth: { type: 'mtls', notAfter: '2027-06-01T00:00:00.000Z' } })]);
    for (const id of watcher.stored) renewed.stored.add(id);
    expect(await renewed.run(Date.parse('2027-05-30T00:00:00.000Z'))).toHaveLength(1);
  });

  test('says when, and what to do', async () => {
    const [alert] = await aWatcher([mtls]).run(daysBefore(7));
    expect(alert).toMatchObject({
      type: 'tocsin.certificate-expires',
      source: { id: 'tocsin' },
      title: expect.stringContaining('expires on 2026-06-01') as string,
      remediation: { steps: expect.arrayContaining([expect.stringContaining('--cert-file')]) as string[] },
    });
  });

  test('concerns neither other destinations nor disabled ones', async () => {
    const others = [aWebhook({ auth: { type: 'hmac' } }), aMailingList(), { ...mtls, isEnabled: false }];
    expect(await aWatcher(others).run(daysBefore(1))).toEqual([]);
  });
});
