import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether two values are equal, in a time that tells nothing about where they differ.
 *
 * Both sides are hashed first: `timingSafeEqual` throws on unequal lengths, and a length is a hint too.
 */
export function equalInConstantTime(left: string | Uint8Array, right: string | Uint8Array): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(value: string | Uint8Array): Buffer {
  return createHash('sha256').update(value).digest();
}
