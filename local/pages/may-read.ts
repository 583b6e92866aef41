import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isOwnUser } from '../gateway/own-user.ts';
import type { AccessKeys } from '../runtime/access-check.ts';

/**
 * Whether a request may read the pages of the local run, which hold every mail. A process of the same user may, and so may a
 * request with the operator's key as user and password.
 */
export async function mayRead(request: IncomingMessage, operator: AccessKeys): Promise<boolean> {
  if ((await isOwnUser(request.socket)) === true) return true;
  const expected = Buffer.from(`${operator.accessKeyId}:${operator.secretAccessKey}`).toString('base64');
  return equal(request.headers.authorization ?? '', `Basic ${expected}`);
}

/** Answers 401, at which a browser asks for user and password. */
export function refuseReader(response: ServerResponse): void {
  response.writeHead(401, {
    'content-type': 'text/plain; charset=utf-8',
    'www-authenticate': 'Basic realm="local run", charset="UTF-8"',
    connection: 'close',
  });
  response.end(
    'these pages are for the user who runs the gateway; user and password are accessKeyId and secretAccessKey of its manifest.json\n',
  );
}

/** Compares the hashes, which are of equal length, so that the time tells nothing. */
function equal(given: string, expected: string): boolean {
  const hash = (text: string): Uint8Array => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
