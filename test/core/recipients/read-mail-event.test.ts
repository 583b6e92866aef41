import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMailEvent } from '../../../functions/core/recipients/read-mail-event.ts';

const folder = new URL('../../fixtures/ses-events/', import.meta.url);
const event = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Record<string, unknown>;

describe('an event of SES', () => {
  it.each([
    ['send', 'send', undefined, '2026-11-21T12:00:00.000Z', undefined],
    ['delivery', 'delivery', undefined, '2026-11-21T12:00:01.500Z', '250 2.6.0 <***> Message received'],
    [
      'delivery-delay',
      'delivery-delay',
      undefined,
      '2026-11-21T12:10:00.000Z',
      'TransientCommunicationFailure 4.4.1 smtp; 421 4.4.1 Unable to connect to remote host',
    ],
    [
      'bounce-permanent',
      'bounce',
      'undeliverable',
      '2026-11-21T12:00:02.000Z',
      'Permanent General 5.1.1 smtp; 550 5.1.1 <***>: user unknown',
    ],
    [
      'bounce-transient',
      'bounce',
      'maybe-undeliverable',
      '2026-11-21T12:00:02.000Z',
      'Transient MailboxFull 5.2.2 smtp; 552 5.2.2 mailbox full',
    ],
    ['complaint', 'complaint', 'unwanted', '2026-11-21T15:00:00.000Z', 'abuse'],
    ['complaint-not-spam', 'complaint', undefined, '2026-11-21T15:00:00.000Z', 'not-spam'],
    ['reject', 'reject', 'not-sent', '2026-11-21T12:00:00.000Z', 'Bad content'],
    [
      'rendering-failure',
      'rendering-failure',
      'not-sent',
      '2026-11-21T12:00:00.000Z',
      "Attribute 'name' is not present in the rendering data.",
    ],
    ['send-without-tags', 'send', undefined, '2026-11-21T12:00:00.000Z', undefined],
  ])('%s is %s and says %s, without an address', (name, type, says, at, detail) => {
    const notice = readMailEvent(event(name));
    expect(notice).toMatchObject({
      deliveryId: '6f1c0f6e-0d2e-5d55-9a53-5e8b2f7f6b11',
      alertId: '0b7f2e1c-8a4d-5c3e-9f60-2d1e4b5a6c7d',
      event: { type, at, message_id: '0107019a-4b1c2d3e-0000-4000-8000-000000000001-000000' },
    });
    if (notice === 'not-ours') throw new Error('not ours');
    expect(notice.says).toBe(says);
    expect(notice.event.detail).toBe(detail);
    expect(JSON.stringify(notice)).not.toContain('@');
  });

  it('has the same id every time, and another one than every other event', () => {
    const names = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.includes('without'));
    const ids = names.map((file) => {
      const [first, second] = [0, 1].map(() => readMailEvent(event(file.replace('.json', ''))));
      if (first === 'not-ours' || second === 'not-ours') throw new Error('not ours');
      expect(second?.event.id).toBe(first?.event.id);
      return first?.event.id;
    });
    expect(new Set(ids).size).toBe(names.length);
  });

  it.each([
    ['Permanent', 'undeliverable', true],
    ['Transient', 'maybe-undeliverable', false],
    ['Undetermined', 'maybe-undeliverable', false],
    [undefined, 'maybe-undeliverable', false],
  ])('that bounced as %s says %s', (bounceType, says, isPermanent) => {
    const { bounce, ...rest } = event('bounce-transient');
    const notice = readMailEvent({ ...rest, bounce: { ...(bounce as object), bounceType } });
    expect(notice).toMatchObject({ says, event: { is_permanent: isPermanent } });
  });

  it('about the mail of somebody else, or one that we do not keep, is not ours', () => {
    const { mail, ...rest } = event('send-without-tags');
    expect(readMailEvent({ ...rest, mail: { ...(mail as object), headers: [] } })).toBe('not-ours');
    expect(readMailEvent({ ...event('send'), eventType: 'Open', open: {} })).toBe('not-ours');
    for (const alertId of ['a'.repeat(3_000), 'a#b', 'a b', '\u0000']) {
      const tags = { alertId: [alertId], deliveryId: ['d'] };
      expect(readMailEvent({ ...rest, mail: { ...(mail as object), tags } })).toBe('not-ours');
    }
  });

  it.each([undefined, null, 1, 'text', [], {}, { eventType: 'Send' }, { mail: {} }, { detail: [] }])(
    'is not %j',
    (value) => {
      expect(() => readMailEvent(value)).toThrow('the message holds no event of SES');
    },
  );
});
