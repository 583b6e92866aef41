import { describe, expect, test } from 'vitest';
import { concernedBy, readableTarget, unreadableTarget } from '../../../functions/core/route/targets.ts';
import {
  CONCERNED_DESTINATION,
  CONCERNED_MAIL_SERVICE,
} from '../../../functions/core/system-alerts/raise.ts';
import { SYSTEM_SOURCE_ID } from '../../../functions/core/model/wire/alert.ts';
import type { UnreadableDestination } from '../../../functions/core/model/config/unreadable-config.ts';
import { aMailingList, anAlert, aWebhook } from '../../adapters/records.ts';

const ABOUT_TOCSIN = { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'tocsin' };
const system = (details: Record<string, unknown> = {}) => anAlert({ source: ABOUT_TOCSIN, details });
const recipients = [
  { address: 'ana@example.com', role: 'it_admin' as const },
  { address: 'boss@example.com', role: 'executive' as const },
];
const recipientsOf = (planned: readonly { recipient?: string }[]) =>
  planned.map(({ recipient }) => recipient);

describe('a destination that can be read', () => {
  test('is owed one delivery as a webhook, and one for each recipient as a list', () => {
    expect(readableTarget(aWebhook()).plan(anAlert())).toMatchObject([{ channel: 'webhook' }]);
    const list = readableTarget(aMailingList({ recipients }));
    expect(recipientsOf(list.plan(anAlert()))).toEqual(['ana@example.com', 'boss@example.com']);
  });

  test.each([
    ['spares its executives', recipients, undefined, ['ana@example.com']],
    ['tells them where it is switched on', recipients, true, ['ana@example.com', 'boss@example.com']],
    ['tells them where nobody else would be', recipients.slice(1), undefined, ['boss@example.com']],
  ])('%s of Tocsin itself', (_, given, systemAlerts, expected) => {
    const list = aMailingList({ recipients: given, ...(systemAlerts !== undefined && { systemAlerts }) });
    expect(recipientsOf(readableTarget(list).plan(system()))).toEqual(expected);
  });
});

describe('a destination that cannot be read', () => {
  const damaged = (given: Partial<UnreadableDestination> = {}): UnreadableDestination => ({
    kind: 'destination',
    id: 'dst_9',
    problem: 'damaged',
    isDisabled: false,
    recipients: [],
    ...given,
  });

  test.each([
    ['nothing', {}, [{ channel: 'webhook' }]],
    ['its channel', { channel: 'email' as const }, [{ channel: 'email' }]],
    [
      'its recipients',
      { channel: 'email' as const, recipients: ['ana@example.com'] },
      [{ channel: 'email', recipient: 'ana@example.com' }],
    ],
  ])('gets its deliveries, of which %s can be seen', (_, given, expected) => {
    const target = unreadableTarget(damaged(given));
    expect(target.plan(anAlert())).toMatchObject(expected);
    expect(target).toMatchObject({ name: 'dst_9', isReadable: false, takesSystemAlerts: false });
  });
});

describe('whom a system alert is about', () => {
  const bySes = aMailingList({ id: 'dst_ses' });
  const hook = aWebhook({ id: 'dst_hook' });

  test('is the destination that it names, and nobody for an alert of a sender who says the same', () => {
    const details = { [CONCERNED_DESTINATION]: 'dst_hook' };
    expect([...concernedBy(system(details), [hook])]).toEqual(['dst_hook']);
    expect([...concernedBy(anAlert({ details }), [hook])]).toEqual([]);
  });

  test('are all that send by SES, unless there is no other way to tell', () => {
    const alert = system({ [CONCERNED_MAIL_SERVICE]: true });
    expect([...concernedBy(alert, [bySes, hook])]).toEqual(['dst_ses']);
    expect([...concernedBy(alert, [bySes])]).toEqual([]);
    expect([...concernedBy(alert, [bySes, { ...hook, isEnabled: false }])]).toEqual([]);
  });
});
