import { describe, expect, test } from 'vitest';
import { wanted } from '../../../../functions/core/deliver/flood/wanted.ts';
import type { DeliveryMessage } from '../../../../functions/core/model/wire/delivery.ts';
import { aMessage, anAlert } from '../../../adapters/records.ts';

const wish = (given: Partial<DeliveryMessage> = {}, alert = anAlert(), isDigesting = true) =>
  wanted({
    message: aMessage({ ...given, alert }),
    alert,
    quota: 'ample',
    isDigesting,
  });

describe('a message that wants to go out by itself', () => {
  test.each([
    ['the first attempt of a first round', {}, true, false],
    ['a retry', { attempt: 2 }, true, true],
    ['a redrive', { attempt: 3, first_attempt: 3, round: 2 }, true, true],
    ['a destination without digests', {}, false, true],
  ] as const)('is past its windows or not: %s', (_, given, isDigesting, expected) => {
    expect(wish(given, anAlert(), isDigesting).facts.isPastWindows).toBe(expected);
  });

  test.each([
    ['critical', 'firing', true],
    ['critical', 'resolved', false],
    ['high', 'firing', false],
  ] as const)('of severity %s that is %s is urgent: %s', (severity, status, expected) => {
    expect(wish({}, anAlert({ severity, status })).facts.isUrgent).toBe(expected);
  });

  test('has the same place when it comes twice, and another one as another attempt', () => {
    const place = wish().facts.placeId;
    expect(wish().facts.placeId).toBe(place);
    expect(wish({ attempt: 2 }).facts.placeId).not.toBe(place);
    expect(wish({ delivery_id: 'another-delivery' }).facts.placeId).not.toBe(place);
  });

  test.each([
    [undefined, 'alert'],
    ['window', 'digest'],
    ['storm', 'storm'],
  ] as const)('that closes a digest of kind %s is of kind %s', (kind, expected) => {
    const at = '2026-01-15T15:00:00.000Z';
    const given = kind === undefined ? {} : { digest: { id: 'digest', kind, opened_at: at, closes_at: at } };
    expect(wish(given).facts.kind).toBe(expected);
  });

  test('is in a digest with a title and a source that are cut, and counts as one', () => {
    const { entry } = wish(
      {},
      anAlert({ title: 'x'.repeat(500), source: { id: 'src', name: 'y'.repeat(500), format: 'generic' } }),
    );
    expect(entry.title.length).toBeLessThanOrEqual(120);
    expect(entry.sourceName.length).toBeLessThanOrEqual(60);
    expect(entry.count).toBe(1);
  });
});
