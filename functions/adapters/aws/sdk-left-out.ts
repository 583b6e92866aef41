/**
 * Stands in, in the bundles, for parts of the SDK that a function never uses:
 *
 * - `@smithy/node-http-handler` and `@smithy/signature-v4`: done by `sdk-request-handler.ts` and `sdk-slim-client.ts`.
 * - `@smithy/core/event-streams`: no call of ours streams. The SDK imports it late, and all that it imports in turn
 *   would have to be wrapped for that: without it a bundle is 26 KB smaller and starts 5 % cheaper.
 * - `@smithy/core/checksum`: the signer has its own hash, and SQS is not asked for MD5.
 * - `node:fs/promises`: the SDK looks for profiles in the home directory, which Lambda does not have. Loading that
 *   module alone takes Node 2 to 6 ms.
 *
 * And for a part of Node that middy asks about: `node:stream/web`. No handler of ours answers with a stream, and loading it takes 2 %
 * of a cold start.
 *
 * Tests and the command line have the real ones.
 */

const leftOut = (what: string): never => {
  throw new Error(`${what} of the sdk is left out of the bundles; expected a client of client-options.ts`);
};

/** Every client is given a handler, and keeps it. */
export const NodeHttpHandler = {
  create: (handler: unknown) =>
    typeof handler === 'object' && handler !== null && 'handle' in handler
      ? handler
      : leftOut('NodeHttpHandler'),
};

/** For bodies that are streams; ours are bytes. */
export const streamCollector = (): never => leftOut('streamCollector');

/** Every client is given a signer. */
export const SignatureV4 = function SignatureV4(): never {
  return leftOut('SignatureV4');
};

export const EventStreamSerde = function EventStreamSerde(): never {
  return leftOut('EventStreamSerde');
};

export const eventStreamSerdeProvider = (): never => leftOut('eventStreamSerdeProvider');

/** Only named in a client's configuration. */
export const Md5 = function Md5(): never {
  return leftOut('Md5');
};

/** Only named in a client's configuration. */
export const Sha256 = function Sha256(): never {
  return leftOut('Sha256');
};

/** An answer is none of these. */
export const ReadableStream = function ReadableStream(): never {
  return leftOut('ReadableStream');
};

/** The SDK takes every failure for "there is no such file". */
export const readFile = async (path: string): Promise<never> => leftOut(`reading ${path}`);
