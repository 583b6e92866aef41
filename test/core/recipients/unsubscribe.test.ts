import { describe, expect, it } from 'vitest';
import { lookAtUnsubscription, unsubscribe } from '../../../functions/core/recipients/unsubscribe.ts';
import { unsubscribeToken } from '../../../functions/core/signing/unsubscribe-token.ts';
import { aMailDestination, memoryAlerts, memorySuppressions } from './memory-suppressions.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;

function aGateway(destination = aMailDestination()) {
  const clock = { at: NOW, now: () => clock.at };
  const suppressions = memorySuppressions();
  const alerts = memoryAlerts();
  const keys = { current: 'key' };
  const destinations = new Map([[destination.id, destination]]);
  return {
    clock,
    suppressions,
    alerts,
    destinations,
    destination,
    keys,
    tokenFor: (address: string) =>
      unsubscribeToken(keys, { destinationId: destination.id, address, decidedMs: NOW }),
    ports: {
      destinations: { find: async (id: string) => destinations.get(id) },
      suppressions,
      alerts,
      clock,
      keys: { keys: async () => keys },
      tenantId: 'Tocsin',
    },
  };
}

describe('a text that is no token', () => {
  const signature = 'a'.repeat(43);
  const recipient = 'a'.repeat(22);
  it.each([
    '',
    'u1',
    'a'.repeat(8_000),
    `u1.dst_${'a'.repeat(8_000)}.${recipient}.1.${signature}`,
    `u1.src_1.${recipient}.1.${signature}`,
    `u1.dst_#.${recipient}.1.${signature}`,
    `u1.dst_1.${recipient}.${'1'.repeat(400)}.${signature}`,
    `u2.dst_1.${recipient}.1.${signature}`,
  ])('asks for no key and no destination: %s', async (text) => {
    const { ports } = aGateway();
    const fails = async (): Promise<never> => Promise.reject(new Error('asked'));
    const closed = { ...ports, keys: { keys: fails }, destinations: { find: fails } };
    expect(await lookAtUnsubscription(text, closed)).toEqual({ state: 'invalid' });
    expect(await unsubscribe(text, 'page', closed)).toEqual({ state: 'invalid' });
  });
});

describe('opening the link', () => {
  it('shows destination and masked address, and changes nothing however often', async () => {
    const gateway = aGateway();
    for (let look = 0; look < 20; look += 1) {
      expect(await lookAtUnsubscription(gateway.tokenFor('ana@example.com'), gateway.ports)).toMatchObject({
        state: 'may-leave',
        destinationName: 'on call',
        recipient: 'a***@example.com',
      });
    }
    expect((await gateway.suppressions.list(gateway.destination.id)).readable).toEqual([]);
    expect(gateway.alerts.enqueued).toEqual([]);
  });

  it('says when the link expired, was damaged, or leads to nobody any more', async () => {
    const gateway = aGateway();
    const token = gateway.tokenFor('ana@example.com');
    const look = async (text = token) => (await lookAtUnsubscription(text, gateway.ports)).state;
    gateway.clock.at = NOW + 90 * DAY - 1;
    expect(await look()).toBe('may-leave');
    gateway.clock.at = NOW + 90 * DAY;
    expect(await look()).toBe('expired');
    gateway.clock.at = NOW;
    expect(await look(`${token}x`)).toBe('invalid');
    expect(await look(gateway.tokenFor('removed@example.com'))).toBe('gone');
    gateway.destinations.clear();
    expect(await look()).toBe('gone');
  });
});

describe('leaving', () => {
  it.each(['one-click', 'page'] as const)(
    'by %s needs a link that holds: not expired, damaged, of another recipient',
    async (by) => {
      const gateway = aGateway();
      const [ana, ben] = ['ana@example.com', 'ben@example.com'].map((address) => gateway.tokenFor(address));
      const [version, ...parts] = ana?.split('.') ?? [];
      const swapped = [version, ...parts.slice(0, -1), ben?.split('.').at(-1)].join('.');
      const leave = async (token = ana ?? '') => (await unsubscribe(token, by, gateway.ports)).state;
      expect(swapped).not.toBe(ana);
      expect(await leave(swapped)).toBe('invalid');
      expect(await leave(`${ana}x`)).toBe('invalid');
      expect(await leave(gateway.tokenFor('stranger@example.com'))).toBe('gone');
      gateway.clock.at = NOW + 90 * DAY;
      expect(await leave()).toBe('expired');
      expect((await gateway.suppressions.list(gateway.destination.id)).readable).toEqual([]);
      expect(gateway.alerts.enqueued).toEqual([]);
    },
  );

  it('a hundred times at once is one change, announced as one alert', async () => {
    const gateway = aGateway();
    const token = gateway.tokenFor('ana@example.com');
    const results = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        gateway.clock.at = NOW + n;
        return unsubscribe(token, 'one-click', gateway.ports);
      }),
    );
    expect(results.every(({ state }) => state === 'left')).toBe(true);
    expect(results.filter((result) => 'isChange' in result && result.isChange)).toHaveLength(1);
    const { history } = await gateway.suppressions.standing('dst_oncall', 'ana@example.com');
    expect(history).toEqual([
      { action: 'added', reason: 'unsubscribed', at: expect.any(String) as string, by: 'one-click' },
    ]);
    expect(gateway.alerts.distinct().map(({ type }) => type)).toEqual(['tocsin.recipient-left']);
  });

  it('tells the other recipients too: the alert names no destination as the one concerned', async () => {
    const gateway = aGateway();
    await unsubscribe(gateway.tokenFor('ana@example.com'), 'page', gateway.ports);
    const [alert] = gateway.alerts.distinct();
    expect(alert).toMatchObject({ severity: 'medium', tenant_id: 'Tocsin' });
    expect(alert?.details).toMatchObject({ recipient: 'a***@example.com', remaining_recipients: 1 });
    expect(alert?.details).not.toHaveProperty('destination_id');
    expect(JSON.stringify(alert)).not.toContain('ana@');
  });

  it('as the last one raises a critical alert', async () => {
    const gateway = aGateway();
    await unsubscribe(gateway.tokenFor('ana@example.com'), 'page', gateway.ports);
    await unsubscribe(gateway.tokenFor('ben@example.com'), 'page', gateway.ports);
    expect(gateway.alerts.distinct().map(({ type, severity }) => [type, severity])).toEqual([
      ['tocsin.recipient-left', 'medium'],
      ['tocsin.recipient-left', 'medium'],
      ['tocsin.destination-without-recipients', 'critical'],
    ]);
  });

  it('is announced by the next try when the queue failed after the wish was written', async () => {
    const gateway = aGateway();
    const token = gateway.tokenFor('ana@example.com');
    const broken = {
      ...gateway.ports,
      alerts: { enqueue: async () => Promise.reject(new Error('the queue is away')) },
    };
    await expect(unsubscribe(token, 'page', broken)).rejects.toThrow('the queue is away');
    expect(await gateway.suppressions.find('dst_oncall', 'ana@example.com')).toBeDefined();
    await unsubscribe(token, 'page', gateway.ports);
    await unsubscribe(token, 'page', gateway.ports);
    expect(gateway.alerts.enqueued).toHaveLength(1);
  });

  it('is one recipient at one destination', async () => {
    const gateway = aGateway();
    await unsubscribe(gateway.tokenFor('ana@example.com'), 'page', gateway.ports);
    expect(await gateway.suppressions.find('dst_oncall', 'ANA@example.com')).toMatchObject({
      reason: 'unsubscribed',
    });
    expect(await gateway.suppressions.find('dst_oncall', 'ben@example.com')).toBeUndefined();
    expect(await gateway.suppressions.find('dst_other', 'ana@example.com')).toBeUndefined();
  });

  it('is refused to a locked recipient, who sees whom to ask', async () => {
    const gateway = aGateway(
      aMailDestination({ recipients: [{ address: 'ana@example.com', role: 'it_admin', isLocked: true }] }),
    );
    const token = gateway.tokenFor('ana@example.com');
    expect(await lookAtUnsubscription(token, gateway.ports)).toMatchObject({ state: 'locked' });
    expect(await unsubscribe(token, 'one-click', gateway.ports)).toMatchObject({ state: 'locked' });
    expect((await gateway.suppressions.list('dst_oncall')).readable).toEqual([]);
  });

  it('after an operator let the recipient back in is a new change', async () => {
    const gateway = aGateway();
    const token = gateway.tokenFor('ana@example.com');
    await unsubscribe(token, 'page', gateway.ports);
    await gateway.suppressions.remove('dst_oncall', 'ana@example.com', {
      action: 'removed',
      reason: 'by-operator',
      at: new Date(NOW).toISOString(),
      by: 'ops',
    });
    gateway.clock.at = NOW + 1000;
    expect(await unsubscribe(token, 'page', gateway.ports)).toMatchObject({ isChange: true });
    expect((await gateway.suppressions.standing('dst_oncall', 'ana@example.com')).history).toHaveLength(3);
    expect(gateway.alerts.distinct()).toHaveLength(2);
  });
});
