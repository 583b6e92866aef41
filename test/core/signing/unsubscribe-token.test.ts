import { describe, expect, it } from 'vitest';
import {
  readUnsubscribeToken,
  UNSUBSCRIBE_DAYS,
  unsubscribeToken,
} from '../../../functions/core/signing/unsubscribe-token.ts';

const keys = { current: 'a-key-that-only-this-test-knows' };
const decidedMs = Date.parse('2026-11-21T12:00:00Z');
const claim = { destinationId: 'dst_jOrvy4gMbGQ7HmV5', address: 'ana@example.com', decidedMs };
const token = unsubscribeToken(keys, claim);

describe('an unsubscribe token', () => {
  it('names its destination, its recipient in any case, and its end', () => {
    const read = readUnsubscribeToken(keys, token);
    expect(read?.destinationId).toBe(claim.destinationId);
    expect(read?.isFor('ANA@example.com')).toBe(true);
    expect(read?.isFor('ben@example.com')).toBe(false);
    expect(read?.expiresMs).toBe(decidedMs + UNSUBSCRIBE_DAYS * 86_400_000);
  });

  it('holds no address, in no encoding, and fits a path', () => {
    expect(token).toMatch(/^u1\.[\w-]+\.[\w-]{22}\.[0-9a-z]+\.[\w-]{43}$/);
    const decoded = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    for (const text of [token, ...decoded]) expect(text.toLowerCase()).not.toContain('ana');
    expect(token).not.toContain('example');
  });

  it('is the same at every attempt, and another one for every recipient and destination', () => {
    expect(unsubscribeToken(keys, claim)).toBe(token);
    const others = [
      { ...claim, address: 'ben@example.com' },
      { ...claim, destinationId: 'dst_other' },
      { ...claim, decidedMs: decidedMs + 1000 },
    ].map((other) => unsubscribeToken(keys, other));
    expect(new Set([token, ...others]).size).toBe(4);
    // The same address is not recognisable from one destination to the next.
    expect(others[1]?.split('.')[2]).not.toBe(token.split('.')[2]);
  });

  it('is refused after any single bit of it was flipped', () => {
    const bytes = Buffer.from(token, 'latin1');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(readUnsubscribeToken(keys, flipped.toString('latin1')), `bit ${bit}`).toBeUndefined();
    }
  });

  it("is refused with another recipient's id in it", () => {
    const other = unsubscribeToken(keys, { ...claim, address: 'ben@example.com' }).split('.');
    const mixed = token.split('.').with(2, other[2] ?? '');
    expect(readUnsubscribeToken(keys, mixed.join('.'))).toBeUndefined();
  });

  it('still holds when its key became the previous one, and no longer after that', () => {
    const rotated = readUnsubscribeToken({ current: 'new', previous: keys.current }, token);
    expect(rotated?.isFor('ana@example.com')).toBe(true);
    expect(rotated?.isFor('ben@example.com')).toBe(false);
    expect(readUnsubscribeToken({ current: 'newer', previous: 'new' }, token)).toBeUndefined();
  });

  it.each([
    '',
    '.',
    'u1',
    'u1....',
    '....',
    token.slice(0, -1),
    `${token}=`,
    `${token}.`,
    ` ${token}`,
    token.replace('u1', 'u2'),
    token.toUpperCase(),
    'x'.repeat(10_000),
  ])('is nothing else: %j', (text) => {
    expect(readUnsubscribeToken(keys, text)).toBeUndefined();
  });
});
