import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { RecentMap } from '../recent-map.ts';

/**
 * Keys as OpenSSL objects: signing with one costs a fifth of signing with the raw string. A handful of
 * credentials are live at a time; the bound only keeps a stream of rotations from growing it for ever.
 */
const MAX_KEYS = 256;
const keys = new RecentMap<string, KeyObject>(MAX_KEYS);

/** HMAC over the parts in order. The key is the UTF-8 bytes of the string, or the bytes themselves. */
export function hmac(
  algorithm: 'sha256' | 'sha1',
  key: string | Uint8Array,
  ...parts: (string | Uint8Array)[]
): Buffer {
  const mac = createHmac(algorithm, keyObject(key));
  for (const part of parts) {
    mac.update(part);
  }
  return mac.digest();
}

function keyObject(secret: string | Uint8Array): KeyObject {
  const bytes = typeof secret === 'string' ? undefined : Buffer.from(secret);
  // A text and the bytes of another may look alike, and are two keys.
  const name = bytes === undefined ? `text ${String(secret)}` : `bytes ${bytes.toString('latin1')}`;
  let key = keys.get(name);
  if (key === undefined) {
    key = bytes === undefined ? createSecretKey(String(secret), 'utf8') : createSecretKey(bytes);
    keys.set(name, key);
  }
  return key;
}
