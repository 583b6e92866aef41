import { describe, expect, test } from 'vitest';
import { deliver } from '../../../../functions/core/deliver/deliver.ts';
import { networkCheck, type Network } from '../../../../functions/core/deliver/webhook/network.ts';
import type { WebhookDestination } from '../../../../functions/core/model/config/destination.ts';
import { aMessage, aWebhook } from '../../../adapters/records.ts';
import { memoryPorts, NOW } from '../memory-ports.ts';

const PRIVATE: Network = { isPrivate: true, hasOther: true };
const PUBLIC: Network = { isPrivate: false, hasOther: true };
const ALONE: Network = { isPrivate: false, hasOther: false };

/** A function in a network, whose receiver takes everything; `cached` is what it remembers of the destination. */
function aFunction(network: Network, given: Partial<WebhookDestination>, cached = given) {
  const world = memoryPorts([aWebhook(given)]);
  const sent: string[] = [];
  const destinations = {
    find: async (_id: string, { isFresh = false } = {}) => aWebhook(isFresh ? given : cached),
  };
  return {
    ...world,
    sent,
    deliver: async (message = aMessage()) =>
      deliver(
        message,
        {
          checkNetwork: networkCheck(network),
          gate: world.gate,
          prepare: async () => ({
            body: '{}',
            message,
            schedule: { delaysSeconds: [] },
            send: async () => {
              sent.push(message.delivery_id);
              return { verdict: 'delivered', facts: {} };
            },
          }),
        },
        { ...world.ports, destinations },
        world.clock.now(),
      ),
  };
}

describe('a delivery', () => {
  test.each([
    ['a private destination', 'the private network', PRIVATE, { isPrivate: true }],
    ['a public destination', 'the public network', PUBLIC, {}],
    ['a public destination', 'the only network', ALONE, { isPrivate: false }],
  ])('to %s is made in %s', async (_to, _in, network, given) => {
    const fn = aFunction(network, given);
    expect(await fn.deliver()).toMatchObject({ verdict: 'delivered' });
    expect(fn.sent).toEqual(['delivery-1']);
    expect(fn.handedOver).toEqual([]);
  });

  test.each([
    ['a private destination', 'the public network', PUBLIC, { isPrivate: true }],
    ['a public destination', 'the private network', PRIVATE, {}],
  ])('to %s that comes to %s is handed over, unclaimed and unsent', async (_to, _in, network, given) => {
    const fn = aFunction(network, given);
    expect(await fn.deliver()).toEqual({ verdict: 'waits', reason: 'other-network' });
    expect(fn.calls).toEqual(['hand-over 1']);
    expect(fn.handedOver).toEqual([aMessage()]);
    expect(fn.sent).toEqual([]);
    expect(fn.rows.size).toBe(0);
  });

  test('is handed over as it is, also a retry with its body, and may take the fast lane there', async () => {
    const fn = aFunction(PUBLIC, { isPrivate: true });
    const retry = aMessage({
      attempt: 3,
      round: 2,
      first_attempt: 2,
      body: '{"rendered": "once"}',
      deferred_since: NOW,
    });
    await fn.deliver({ ...retry, not_before: NOW, wait_left_seconds: 0 });
    expect(fn.handedOver).toEqual([retry]);
  });

  test('waits its time in the lane where it is, before it is handed over', async () => {
    const fn = aFunction(PUBLIC, { isPrivate: true });
    const due = new Date(Date.parse(NOW) + 60_000).toISOString();
    expect(await fn.deliver(aMessage({ not_before: due }))).toMatchObject({ reason: 'not-yet-due' });
    expect(fn.handedOver).toEqual([]);
  });

  test.each([
    ['private', PUBLIC, { isPrivate: true }, {}],
    ['public', PRIVATE, {}, { isPrivate: true }],
  ])('to one that is remembered as it was before it became %s', async (_now, network, given, cached) => {
    // What is remembered says that this is the place: seconds old at most, and judged by the rules of this network.
    expect(await aFunction(network, given, cached).deliver()).toMatchObject({ verdict: 'delivered' });
  });

  test.each([
    ['public', PUBLIC, {}, { isPrivate: true }],
    ['private', PRIVATE, { isPrivate: true }, {}],
  ])(
    'is not handed to and fro by a view that is older than the change to %s',
    async (_now, network, given, cached) => {
      const fn = aFunction(network, given, cached);
      expect(await fn.deliver()).toMatchObject({ verdict: 'delivered' });
      expect(fn.handedOver).toEqual([]);
    },
  );

  test('to a private destination is dead where no function is in a private network, and says why', async () => {
    const fn = aFunction(ALONE, { isPrivate: true });
    expect(await fn.deliver()).toMatchObject({ verdict: 'failed', reason: 'no-private-lane' });
    expect(fn.sent).toEqual([]);
    expect(fn.dead).toMatchObject([
      {
        reason: 'no-private-lane',
        detail: expect.stringContaining('docs/private-receivers.md') as string,
      },
    ]);
    expect(fn.rows.get('delivery-1')).toMatchObject({ state: 'dead' });
    expect(fn.raised).toHaveLength(1);
  });

  test('that cannot be handed over comes back', async () => {
    const fn = aFunction(PUBLIC, { isPrivate: true });
    fn.broken.add('hand-over');
    await expect(fn.deliver()).rejects.toThrow('hand-over is down');
    expect(fn.rows.size).toBe(0);
  });
});
