import { hash } from 'node:crypto';

/** Namespace of every id below: a UUIDv4 drawn once for Tocsin. Changing it would mint second deliveries. */
const NAMESPACE = Buffer.from('8d9f3c1e5b7a4f0e9c62d1a0b3e47f58', 'hex');
/** The first digit of the variant of RFC 9562: binary 10xx. */
const VARIANTS = ['8', '9', 'a', 'b'];

/** Name-based UUID, version 5 (RFC 9562, section 5.5): the same parts give the same id, everywhere and always. */
export function nameBasedId(...parts: (string | number)[]): string {
  // JSON keeps the parts apart: ("a", "b") and ("ab") must differ.
  const hex = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(JSON.stringify(parts))]));
  // Version 5 in place of four bits, the variant in place of two.
  const variant = VARIANTS[Number.parseInt(hex.charAt(16), 16) & 0x3] ?? '';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function alertId(requestId: string, index: number): string {
  return nameBasedId('alert', requestId, index);
}

/**
 * Whether a text has the shape of a source's id: `src_` and letters and digits. A stranger writes it into a path, so it is
 * asked before the text becomes part of a table's key.
 */
export function isSourceId(text: string): boolean {
  return /^src_[A-Za-z0-9]{1,64}$/u.test(text);
}

/** The same news of a source within the same period is the same alert, whichever request carried it. */
export function newsId(sourceId: string, news: string, period: number): string {
  return nameBasedId('news', sourceId, news, period);
}

/** One delivery per alert and destination; by mail one per recipient as well. */
export function deliveryId(alertIdValue: string, destinationId: string, recipient?: string): string {
  return recipient === undefined
    ? nameBasedId('delivery', alertIdValue, destinationId)
    : nameBasedId('delivery', alertIdValue, destinationId, recipient.toLowerCase());
}
