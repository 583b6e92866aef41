import { describe, expect, it } from 'vitest';
import { alertId, deliveryId, nameBasedId } from '../../../../functions/core/model/wire/ids.ts';

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
