import type { AwsExchange } from './exchange.ts';

/** A request as the SDK's middleware leaves it. */
type SdkRequest = {
  protocol: string;
  hostname: string;
  port?: number;
  method: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
};

/**
 * The SDK's way to the network, over the same connections and timeouts as everything else that talks to AWS.
 *
 * All our calls are a POST with a text or bytes; whatever else the SDK can send is refused.
 */
export function sdkRequestHandler(exchange: AwsExchange) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },

    handle: async (request: SdkRequest, { abortSignal }: { abortSignal?: AbortSignal } = {}) => {
      const { protocol, hostname, port, method, path, query, headers, body } = request;
      if (query !== undefined && Object.keys(query).length > 0) {
        throw new Error(`a call with a query string cannot be sent to ${hostname}`);
      }
      if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
        throw new Error(
          `a body of type ${typeof body} cannot be sent to ${hostname}; expected text or bytes`,
        );
      }
      const answer = await exchange.send({
        isTls: protocol !== 'http:',
        hostname,
        port,
        method,
        path,
        headers,
        body,
        signal: abortSignal,
      });
      return {
        response: { statusCode: answer.status, headers: answer.headers, body: answer.body },
      };
    },

    destroy: () => exchange.destroy(),
    // The SDK asks every handler for these; there is nothing to change after the start.
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}
