/**
 * Stands in, in the bundles, for two packages of the SDK whose work is done here: `@smithy/node-http-handler` by
 * `sdk-request-handler.ts`, `@smithy/signature-v4` by `sdk-slim-client.ts`. Without them a function loads some 20 KB
 * less. Tests and the command line have the real ones, and do not use them either.
 */

const leftOut = (what: string): never => {
  throw new Error(
    `${what} of the sdk is left out of the bundles; expected a client of aws-client-options.ts`,
  );
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
