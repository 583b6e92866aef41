import { describe, expect, it } from 'vitest';
import type { MailEvent } from '../../../functions/core/model/wire/mail-event.ts';
import type { MailNotice } from '../../../functions/core/recipients/read-mail-event.ts';
import { recordFeedback } from '../../../functions/core/recipients/record-feedback.ts';
import { aMailDestination, memoryAlerts, memorySuppressions } from './memory-suppressions.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const DAY = 86_400_000;

function aGateway(destination = aMailDestination()) {
  const suppressions = memorySuppressions();
  const alerts = memoryAlerts();
  const rows = new Map<string, MailEvent[]>([['delivery-1', []]]);
  const ports = {
    destinations: { find: async (id: string) => (id === destination.id ? destination : undefined) },
    suppressions,
    alerts,
    clock: { now: () => NOON + DAY },
    tenantId: 'Tocsin',
    mailEvents: {
      append: async ({ deliveryId }: { deliveryId: string }, event: MailEvent) => {
        const row = rows.get(deliveryId);
        if (row === undefined) return { result: 'unknown' as const };
        const isNew = row.every(({ id }) => id !== event.id);
        if (isNew) row.push(event);
        const result = isNew ? ('recorded' as const) : ('repeated' as const);
        return { result, destinationId: destination.id, recipient: 'Ana@example.com' };
      },
    },
  };
  const held = async () => (await suppressions.find(destination.id, 'ana@example.com'))?.reason;
  return { ports, suppressions, alerts, rows, held };
}

function aNotice(
  says: MailNotice['says'],
  { id = 'e1', atMs = NOON, deliveryId = 'delivery-1' } = {},
): MailNotice {
  return {
    alertId: 'alert-1',
    deliveryId,
    event: { id, type: 'bounce', at: new Date(atMs).toISOString(), message_id: 'm', detail: 'in words' },
    ...(says !== undefined && { says }),
  };
}

describe('an event about a mail', () => {
  it('stands in the row of its delivery, once, and suppresses nobody by itself', async () => {
    const { ports, rows, held, alerts } = aGateway();
    expect(await recordFeedback(aNotice(undefined), ports)).toEqual({
      result: 'recorded',
      destinationId: 'dst_oncall',
      recipient: 'A***@example.com',
    });
    expect(await recordFeedback(aNotice(undefined), ports)).toMatchObject({ result: 'repeated' });
    expect(rows.get('delivery-1')).toHaveLength(1);
    expect(await held()).toBeUndefined();
    expect(alerts.enqueued).toEqual([]);
  });

  it('about a delivery that is not kept any more is let go', async () => {
    const { ports } = aGateway();
    expect(await recordFeedback(aNotice('undeliverable', { deliveryId: 'gone' }), ports)).toEqual({
      result: 'unknown-delivery',
    });
  });

  it.each([
    ['undeliverable', 'bounced'],
    ['unwanted', 'complained'],
  ] as const)(
    'that says %s suppresses the recipient as %s, and the others are told once',
    async (says, reason) => {
      const { ports, held, alerts } = aGateway();
      expect(await recordFeedback(aNotice(says), ports)).toMatchObject({ suppressed: reason });
      expect(await recordFeedback(aNotice(says), ports)).not.toHaveProperty('suppressed');
      expect(await held()).toBe(reason);
      expect(alerts.distinct()).toMatchObject([
        { type: 'tocsin.recipient-suppressed', severity: 'high', details: { reason, detail: 'in words' } },
      ]);
    },
  );

  it('suppresses a locked recipient too: the mail service would stop us anyway', async () => {
    const locked = { address: 'ana@example.com', role: 'it_admin', isLocked: true } as const;
    const { ports, held, alerts } = aGateway(aMailDestination({ recipients: [locked] }));
    await recordFeedback(aNotice('unwanted'), ports);
    expect(await held()).toBe('complained');
    expect(alerts.distinct().map(({ type }) => type)).toContain('tocsin.destination-without-recipients');
  });

  it('that says that the mail was not sent is told to all, once an hour, and suppresses nobody', async () => {
    const { ports, held, alerts } = aGateway();
    const notSent = (id: string, atMs: number) => recordFeedback(aNotice('not-sent', { id, atMs }), ports);
    await notSent('e1', NOON);
    await notSent('e1', NOON);
    await notSent('e2', NOON + 1000);
    expect(await held()).toBeUndefined();
    expect(alerts.distinct()).toMatchObject([
      {
        type: 'tocsin.mail-rejected',
        severity: 'high',
        details: { mail_destination_id: 'dst_oncall', recipient: 'A***@example.com' },
      },
    ]);
    // Nothing of the mail, nor of what SES said of it: it must not meet the same fate.
    expect(JSON.stringify(alerts.distinct())).not.toContain('in words');
    await notSent('e3', NOON + 3_600_000);
    expect(alerts.distinct()).toHaveLength(2);
  });

  it.each(['undeliverable', 'unwanted', 'not-sent'] as const)(
    'that says %s is told of now, and says when it happened',
    async (says) => {
      const { ports, alerts } = aGateway(
        aMailDestination({ recipients: [{ address: 'ana@example.com', role: 'it_admin' }] }),
      );
      await recordFeedback(aNotice(says), ports);
      expect(alerts.distinct().map(({ type }) => type)).not.toEqual([]);
      for (const alert of alerts.distinct()) {
        expect(alert.event_time).toBe(new Date(NOON).toISOString());
        expect(alert.received_at).toBe(new Date(NOON + DAY).toISOString());
      }
    },
  );

  it('about somebody who is no recipient any more suppresses nobody', async () => {
    const { ports, held } = aGateway(
      aMailDestination({ recipients: [{ address: 'ben@example.com', role: 'it_admin' }] }),
    );
    await recordFeedback(aNotice('undeliverable'), ports);
    expect(await held()).toBeUndefined();
  });

  it('from before an operator let the recipient back in suppresses nobody, a later one does', async () => {
    const { ports, held, suppressions } = aGateway();
    await recordFeedback(aNotice('undeliverable'), ports);
    await suppressions.remove('dst_oncall', 'ana@example.com', {
      action: 'removed',
      reason: 'by-operator',
      at: new Date(NOON + 1000).toISOString(),
      by: 'ops',
    });
    await recordFeedback(aNotice('undeliverable'), ports);
    expect(await held()).toBeUndefined();
    await recordFeedback(aNotice('undeliverable', { id: 'e2', atMs: NOON + 2000 }), ports);
    expect(await held()).toBe('bounced');
  });

  it('goes through to the end when it comes again after a failure in the middle', async () => {
    const { ports, held, alerts } = aGateway();
    const broken = { ...ports, alerts: { enqueue: async () => Promise.reject(new Error('away')) } };
    await expect(recordFeedback(aNotice('undeliverable'), broken)).rejects.toThrow('away');
    await recordFeedback(aNotice('undeliverable'), ports);
    expect(await held()).toBe('bounced');
    expect(alerts.distinct()).toHaveLength(1);
  });
});

describe('soft bounces', () => {
  const soft = async (days: number[], repeats = 1) => {
    const gateway = aGateway();
    for (const [index, day] of days.entries()) {
      for (let n = 0; n < repeats; n += 1) {
        await recordFeedback(
          aNotice('maybe-undeliverable', { id: `soft-${index}`, atMs: NOON + day * DAY }),
          gateway.ports,
        );
      }
    }
    return gateway.held();
  };

  it.each([
    ['three in 7 days', [0, 3, 7], 'bounced'],
    ['three in 7 days, in any order', [7, 0, 3], 'bounced'],
    ['three at once', [0, 0, 0], 'bounced'],
    ['three in more than 7 days', [0, 3, 7.001], undefined],
    ['two', [0, 1], undefined],
    ['one every four days', [0, 4, 8, 12, 16], undefined],
    ['old ones first, then three close together', [0, 10, 20, 21, 22], 'bounced'],
  ])('%s: %j', async (_name, days, reason) => {
    expect(await soft(days)).toBe(reason);
  });

  it('count once however often the event comes', async () => {
    expect(await soft([0, 1], 5)).toBeUndefined();
  });
});
