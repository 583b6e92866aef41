import { describe, expect, test } from 'vitest';
import { watchedQuota } from '../../../../functions/core/deliver/email/quota.ts';
import { isSystemAlert, type Alert } from '../../../../functions/core/model/wire/alert.ts';
import type { MailQuotaStanding } from '../../../../functions/core/model/wire/mail-quota.ts';

const scarce: MailQuotaStanding = { state: 'scarce', perDay: 200, sentLastDay: 170 };

function aWatch(given: MailQuotaStanding) {
  const world = { standing: given, isQueueDown: false, noted: 0 };
  const clock = { at: Date.parse('2026-01-15T15:10:00.000Z'), now: () => clock.at };
  const raised: Alert[] = [];
  const errors: string[] = [];
  const quota = watchedQuota({
    quota: { standing: async () => world.standing, noteExhausted: () => void (world.noted += 1) },
    alerts: {
      enqueue: async ({ alerts }) => {
        if (world.isQueueDown) throw new Error('queue is down');
        raised.push(...alerts);
      },
    },
    clock,
    log: { info: () => undefined, error: (event) => void errors.push(event) },
    tenantId: 'Tocsin',
  });
  return { world, clock, raised, errors, quota };
}

describe('a quota that is watched', () => {
  test('raises nothing while it is ample', async () => {
    const { quota, raised } = aWatch({ state: 'ample', perDay: 200, sentLastDay: 3 });
    expect(await quota.standing()).toEqual({ state: 'ample', perDay: 200, sentLastDay: 3 });
    expect(raised).toEqual([]);
  });

  test('that becomes scarce is told with its numbers, as a system alert', async () => {
    const { quota, raised } = aWatch(scarce);
    await quota.standing();
    expect(raised).toMatchObject([
      {
        type: 'tocsin.mail-quota',
        severity: 'high',
        title: 'SES takes few more mails today',
        details: { state: 'scarce', mails_per_day: 200, sent_last_24_hours: 170, mail_service: 'ses' },
      },
    ]);
    expect(raised.every(isSystemAlert)).toBe(true);
    expect(raised[0]?.description).toContain('200 mails in any 24 hours, and 170 were sent');
  });

  test('is told once an hour, however many mails ask, with an id that every worker comes to', async () => {
    const [one, other] = [aWatch(scarce), aWatch(scarce)];
    await Promise.all(Array.from({ length: 10 }, async () => one.quota.standing()));
    await other.quota.standing();
    expect(one.raised).toHaveLength(1);
    expect(other.raised[0]?.id).toBe(one.raised[0]?.id);
    one.clock.at += 3_600_000;
    await one.quota.standing();
    expect(new Set(one.raised.map(({ id }) => id)).size).toBe(2);
  });

  test('is told again within the hour when it is exhausted, without numbers when there are none', async () => {
    const { world, quota, raised } = aWatch(scarce);
    await quota.standing();
    world.standing = { state: 'exhausted' };
    await quota.standing();
    expect(raised.map(({ severity }) => severity)).toEqual(['high', 'critical']);
    expect(raised[1]?.title).toBe('SES takes no more mails today');
    expect(raised[1]?.details).toEqual({ state: 'exhausted', mail_service: 'ses' });
  });

  test('holds no mail back when it cannot be told, and is told with the next one', async () => {
    const { world, quota, raised, errors } = aWatch(scarce);
    world.isQueueDown = true;
    expect(await quota.standing()).toEqual(scarce);
    expect(errors).toEqual(['mail-quota.not-told']);
    world.isQueueDown = false;
    await quota.standing();
    expect(raised).toHaveLength(1);
  });

  test('passes on what SES said', () => {
    const { world, quota } = aWatch(scarce);
    quota.noteExhausted();
    expect(world.noted).toBe(1);
  });
});
