import { describe, expect, it } from 'vitest';
import { assert, integer, property, uuid } from 'fast-check';
import {
  alertId,
  alertIdAt,
  ALERTS_PER_SHEET,
  deliveryId,
  nameBasedId,
  requestIdOf,
  sheetPlaceOf,
} from '../../../../functions/core/model/wire/ids.ts';

describe('name-based ids', () => {
  it('are UUIDs of version 5 and variant 1', () => {
    expect(nameBasedId('x')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u,
    );
  });

  it('never change: a new id for an old delivery would send it twice', () => {
    expect(alertId('11111111-1111-4111-8111-111111111111', 0)).toBe('4da13eda-f35c-54a2-8bf1-df7dab492dbb');
    expect(deliveryId('alert', 'dst_1')).toBe('c1ed357e-8021-545d-b81a-add36c56240c');
  });

  it('keep their parts apart', () => {
    expect(nameBasedId('ab', 'c')).not.toBe(nameBasedId('a', 'bc'));
    expect(alertId('r', 1)).not.toBe(alertId('r', 11));
  });

  it('tell recipients apart, but not by the case of the address', () => {
    expect(deliveryId('a', 'd', 'x@example.com')).not.toBe(deliveryId('a', 'd', 'y@example.com'));
    expect(deliveryId('a', 'd', 'X@example.com')).toBe(deliveryId('a', 'd', 'x@example.com'));
    expect(deliveryId('a', 'd', 'x@example.com')).not.toBe(deliveryId('a', 'd'));
  });
});

describe('the id of an alert', () => {
  const REQUEST = requestIdOf('11111111-1111-4111-8111-111111111111');

  it('never changes', () => {
    expect(REQUEST).toBe('11111111-1111-8111-8111-111111111111');
    expect([0, 1, 12_345].map((index) => alertId(REQUEST, index))).toMatchInlineSnapshot(`
      [
        "9ace7300-496f-81a8-94c1-3bfba29ace73",
        "3905ec00-496f-81a8-94c1-3bfba29ace73",
        "3bd86400-496f-81a8-94c1-3bfba29ace73",
      ]
    `);
  });

  it('is a UUID of version 8 that tells where the alert lies, for every place of a request', () => {
    assert(
      property(uuid(), integer({ min: 0, max: 16 ** 6 - 1 }), (request, index) => {
        const id = alertId(requestIdOf(request), index);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
        const place = sheetPlaceOf(id);
        expect(place.slot).toBe(index % ALERTS_PER_SHEET);
        expect(place.sheet).toBe(`${id.slice(6)}.${String(Math.floor(index / ALERTS_PER_SHEET))}`);
        expect(alertIdAt(place)).toBe(id);
      }),
    );
  });

  it('differs from those of its neighbours in its first six digits', () => {
    const begun = Array.from({ length: 10_000 }, (_, index) => alertId(REQUEST, index).slice(0, 6));
    expect(new Set(begun).size).toBe(10_000);
  });

  it('of another kind is that of an alert that lies alone on its sheet', () => {
    const id = nameBasedId('news', 'src_1');
    expect(sheetPlaceOf(id)).toEqual({ sheet: id, slot: 0 });
    expect(alertIdAt({ sheet: id, slot: 0 })).toBe(id);
  });
});
