import { createHash } from 'node:crypto';

/** Namespace of every id below: a UUIDv4 drawn once for Tocsin. Changing it would mint second deliveries. */
const NAMESPACE = Buffer.from('8d9f3c1e5b7a4f0e9c62d1a0b3e47f58', 'hex');

/** Name-based UUID, version 5 (RFC 9562, section 5.5): the same parts give the same id, everywhere and always. */
export function nameBasedId(...parts: (string | number)[]): string {
  // JSON keeps the parts apart: ("a", "b") and ("ab") must differ.
  const digest = createHash('sha1').update(NAMESPACE).update(JSON.stringify(parts)).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

export function alertId(requestId: string, index: number): string {
  return nameBasedId('alert', requestId, index);
}

/** One delivery per alert and destination; by mail one per recipient as well. */
export function deliveryId(alertIdValue: string, destinationId: string, recipient?: string): string {
  return recipient === undefined
    ? nameBasedId('delivery', alertIdValue, destinationId)
    : nameBasedId('delivery', alertIdValue, destinationId, recipient.toLowerCase());
}
