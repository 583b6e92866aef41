import { describe, expect, test } from 'vitest';
import type { FloodPorts } from '../../../../functions/core/deliver/flood/admit.ts';
import type { FloodVerdict } from '../../../../functions/core/deliver/flood/decide.ts';
import { passFlood } from '../../../../functions/core/deliver/flood/pass-flood.ts';
import type { Membership } from '../../../../functions/core/deliver/ports.ts';
import type { DeliveryMessage } from '../../../../functions/core/model/wire/delivery.ts';
import { aMessage, anAlert } from '../../../adapters/records.ts';

const UNTIL_MS = Date.parse('2026-01-15T15:30:00.000Z');

const wish = (given: Partial<DeliveryMessage> = {}) => ({
  message: aMessage(given),
  alert: anAlert(),
  quota: 'ample' as const,
  isDigesting: true,
});

/** A flood that decides as it is told to; where the row of the delivery says `row`. */
function aFlood(verdict: FloodVerdict, row: Membership = { membership: 'none' }) {
  const entered: string[] = [];
  const floods = {
    flows: { change: async () => verdict },
    members: { find: async () => row },
    digests: { add: async ({ digestId }: { digestId: string }) => (entered.push(digestId), 'added') },
    clock: { now: () => UNTIL_MS - 1 },
  } as unknown as FloodPorts;
  return { entered, floods };
}

describe('a message', () => {
  test('goes out by itself where the flood lets it, and can come back to the digest that its row names', async () => {
    const place = { digestId: 'digest-1', page: 0 };
    const { entered, floods } = aFlood({ verdict: 'send' }, { membership: 'digested', place });
    const passed = await passFlood(wish(), floods);
    if (!('rejoin' in passed)) throw new Error('it has no way back');
    expect(await passed.rejoin?.()).toEqual({ verdict: 'digested' });
    expect(entered).toEqual(['digest-1']);
  });

  test('ends with the verdict of the flood where that does not let it', async () => {
    const { floods } = aFlood({ verdict: 'later', untilMs: UNTIL_MS });
    expect(await passFlood(wish(), floods)).toEqual({
      verdict: 'waits',
      reason: 'hourly-limit',
      untilMs: UNTIL_MS,
    });
  });

  test('of a test goes out whatever the flood says, as every one does where nothing limits', async () => {
    const { floods } = aFlood({ verdict: 'later', untilMs: UNTIL_MS });
    expect(await passFlood(wish({ is_test: true }), floods)).toEqual({});
    expect(await passFlood(wish(), undefined)).toEqual({});
  });
});
