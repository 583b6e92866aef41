import { hash } from 'node:crypto';

/** Namespace of every id below: a UUIDv4 drawn once for Tocsin. Changing it would mint second deliveries. */
const NAMESPACE = Buffer.from('8d9f3c1e5b7a4f0e9c62d1a0b3e47f58', 'hex');
/** The first digit of the variant of RFC 9562: binary 10xx. */
const VARIANTS = ['8', '9', 'a', 'b'];

/** Name-based UUID, version 5 (RFC 9562, section 5.5): the same parts give the same id, everywhere and always. */
export function nameBasedId(...parts: (string | number)[]): string {
  return uuidOf(hashOf(parts), '5');
}

function hashOf(parts: (string | number)[]): string {
  // JSON keeps the parts apart: ("a", "b") and ("ab") must differ.
  return hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(JSON.stringify(parts))]));
}

/** The version in place of four bits, the variant in place of two. */
function uuidOf(hex: string, version: string): string {
  const variant = VARIANTS[Number.parseInt(hex.charAt(16), 16) & 0x3] ?? '';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The version of RFC 9562, section 5.8, whose meaning is ours: where an alert stood in its request follows from its id. */
const PLACED = '8';
const isPlaced = (id: string): boolean => id.charAt(14) === PLACED;

/** An id for a request, made of a random UUID. */
export function requestIdOf(uuid: string): string {
  return uuid.slice(0, 14) + PLACED + uuid.slice(15);
}

/**
 * The id of the record at this place of a request: its first six digits tell the place, the others are those of all alerts
 * of the request. A request whose id is of another version was accepted before ids told it.
 */
export function alertId(requestId: string, index: number): string {
  if (!isPlaced(requestId)) return nameBasedId('alert', requestId, index);
  const id = sharedId(requestId);
  const scattered = (maskOf(id) + index * SCATTER) % PLACES;
  return scattered.toString(16).padStart(PLACE_DIGITS, '0') + id.slice(PLACE_DIGITS);
}

/** Of the request that was asked about last: the alerts of a request are named one after the other. */
let last: { requestId: string; id: string } | undefined;

/** What the ids of all alerts of a request have in common. */
function sharedId(requestId: string): string {
  if (last?.requestId !== requestId) last = { requestId, id: uuidOf(hashOf(['alerts', requestId]), PLACED) };
  return last.id;
}

/** 16 million: more records than a body of 1 MiB can hold. */
const PLACE_DIGITS = 6;
const PLACES = 16 ** PLACE_DIGITS;
/** Neighbours differ in their first digits, by which people tell ids apart. Odd, so that it has an inverse. */
const SCATTER = 0x9e3779;
const GATHER = 0xb382c9;

function maskOf(id: string): number {
  return Number.parseInt(id.slice(-PLACE_DIGITS), 16);
}

/** How many alerts of a request lie together; a message of the alerts queue holds as many. */
export const ALERTS_PER_SHEET = 10;

/** The sheet that an alert lies on, and its place there, from 0: one of those that came with it. */
type SheetPlace = { sheet: string; slot: number };

/** Where an alert lies: with its neighbours in the request, or alone where its id tells nothing of a request. */
export function sheetPlaceOf(alertIdValue: string): SheetPlace {
  if (!isPlaced(alertIdValue)) return { sheet: alertIdValue, slot: 0 };
  const scattered = Number.parseInt(alertIdValue.slice(0, PLACE_DIGITS), 16);
  const index = (((scattered - maskOf(alertIdValue) + PLACES) % PLACES) * GATHER) % PLACES;
  const number = Math.floor(index / ALERTS_PER_SHEET);
  return {
    sheet: `${alertIdValue.slice(PLACE_DIGITS)}.${String(number)}`,
    slot: index % ALERTS_PER_SHEET,
  };
}

/** The alert that lies at a place: the inverse of `sheetPlaceOf`. */
export function alertIdAt({ sheet, slot }: SheetPlace): string {
  const [shared = '', number] = sheet.split('.');
  if (number === undefined) return sheet;
  const index = Number(number) * ALERTS_PER_SHEET + slot;
  const scattered = (maskOf(shared) + index * SCATTER) % PLACES;
  return scattered.toString(16).padStart(PLACE_DIGITS, '0') + shared;
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
