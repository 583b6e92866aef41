type Random = (size: number) => Uint8Array;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** The largest multiple of 62 in a byte: values above it would make some characters likelier. */
const FAIR_BELOW = 248;

/** `src_` + 24 letters and digits: 142 bits, since the id of a source is part of its URL and must not be guessed. */
export function randomSourceId(random: Random): string {
  return `src_${randomText(random, 24)}`;
}

/** Ids of everything but sources are no secret; 16 characters keep them apart. */
export function randomConfigId(prefix: 'dst' | 'rte' | 'sil' | 'int' | 'lkp', random: Random): string {
  return `${prefix}_${randomText(random, 16)}`;
}

/** 256 bits as base64url, never with a leading `-`, which command-line tools would take for an option. */
export function randomToken(random: Random): string {
  for (;;) {
    const token = Buffer.from(random(32)).toString('base64url');
    if (!token.startsWith('-')) return token;
  }
}

/** `whsec_` + base64 of 32 bytes, the form of Standard Webhooks. */
export function randomWebhookSecret(random: Random): string {
  return `whsec_${Buffer.from(random(32)).toString('base64')}`;
}

/** UUID, version 4 (RFC 9562, section 5.4). */
export function randomUuid(random: Random): string {
  const bytes = Buffer.from(random(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function randomText(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random(length)) {
      if (byte < FAIR_BELOW && text.length < length) text += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return text;
}
