import { getSchemaSerdePlugin } from '@smithy/core/schema';
import type { AwsCredentials } from './client-options.ts';
import { type AwsSigner, awsSigner, signatureInstant } from './signature.ts';

type SdkRequest = { method: string; path: string; headers: Record<string, string>; body?: unknown };
type SdkSigner = {
  sign(
    request: SdkRequest,
    how: { signingDate: Date; signingRegion?: string; signingService?: string },
  ): Promise<SdkRequest>;
};
type SdkClient = {
  config: Parameters<typeof getSchemaSerdePlugin>[0] & {
    credentials: () => Promise<AwsCredentials>;
    region: () => Promise<string>;
    /** `sqs` */
    defaultSigningName: string;
  };
  middlewareStack: {
    remove(name: string): boolean;
    use(plugin: ReturnType<typeof getSchemaSerdePlugin>): void;
  };
};

/**
 * The same client with less around a call: our signature (a third of the SDK's cost), no line about the SDK and the
 * machine in every request, and no middleware for a logger that nobody set.
 *
 * What a call means stays the SDK's: serialization, endpoints, credentials, repetition, checksums, errors.
 */
export function slimClient<C extends SdkClient>(client: C): C {
  for (const name of ['getUserAgentMiddleware', 'loggerMiddleware']) {
    // A version that names them otherwise must not go unnoticed.
    if (!client.middlewareStack.remove(name)) throw new Error(`the sdk has no ${name}; expected one`);
  }
  const signers = new Map<string, AwsSigner>();
  const signer: SdkSigner = {
    sign: async (request, { signingDate, signingRegion, signingService }) => {
      const region = signingRegion ?? (await client.config.region());
      const service = signingService ?? client.config.defaultSigningName;
      const scope = `${region} ${service}`;
      const sign = signers.get(scope) ?? awsSigner({ service, region });
      signers.set(scope, sign);
      const credentials = await client.config.credentials();
      const { headers, body = '' } = request;
      headers['x-amz-date'] = signatureInstant(signingDate.getTime());
      if (credentials.sessionToken !== undefined) {
        headers['x-amz-security-token'] = credentials.sessionToken;
      }
      headers['authorization'] = sign(
        {
          method: request.method,
          path: request.path,
          headers: signedHeaders(headers),
          // The request handler refuses every other body.
          body: body as string | Uint8Array,
        },
        credentials,
      );
      return request;
    },
  };
  Object.assign(client.config, { signer: async () => signer });
  layOutAnew(client);
  return client;
}

/**
 * The SDK copies the configuration of a client three times for every call. V8 keeps an object that grew by so many fields
 * as a table, which takes 12 us to copy; a copy of it is an object with a layout, which takes a hundredth.
 */
function layOutAnew(client: SdkClient): void {
  const config = { ...client.config };
  Object.assign(client, { config });
  // They hold the configuration from before, and are replaced by name.
  client.middlewareStack.use(getSchemaSerdePlugin(config));
}

/** The host, the type of the body, and all that AWS means: `x-amz-*`. */
function signedHeaders(headers: Record<string, string>): Record<string, string> {
  const signed: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase();
    const value = headers[name];
    if (value !== undefined && (lower === 'host' || lower === 'content-type' || lower.startsWith('x-amz-'))) {
      signed[lower] = value;
    }
  }
  return signed;
}
