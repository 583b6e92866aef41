import { type AwsClientOptions, type AwsCredentials, exchangeOf } from '../aws/client-options.ts';
import { awsSigner, signatureInstant } from '../aws/signature.ts';
import type { LocalEvents } from '../../core/operator/ports.ts';

/**
 * Hands an event to the rules of a local run, whole, with the account and the region that it names.
 *
 * EventBridge has no such call: there only AWS itself can say of which account an event is.
 */
export function localEvents(
  options: AwsClientOptions & { region: string; endpoint: string; credentials: AwsCredentials },
): LocalEvents & { destroy(): void } {
  const { endpoint, credentials, region } = options;
  const exchange = exchangeOf(options);
  const url = new URL(endpoint);
  const sign = awsSigner({ service: 'events', region });
  return {
    put: async (event, bus) => {
      const body = JSON.stringify({ Event: event, ...(bus !== undefined && { EventBusName: bus }) });
      const headers = {
        host: url.host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-date': signatureInstant(Date.now()),
        'x-amz-target': 'TocsinLocal.PutEvent',
      };
      const answer = await exchange.send({
        isTls: false,
        hostname: url.hostname,
        port: Number(url.port),
        method: 'POST',
        path: '/',
        headers: {
          ...headers,
          authorization: sign({ method: 'POST', path: '/', headers, body }, credentials),
          'content-length': String(Buffer.byteLength(body)),
        },
        body,
      });
      const said = JSON.parse(answer.body.toString('utf8')) as {
        EventId?: string;
        Rules?: string[];
        message?: string;
      };
      if (answer.status !== 200) throw new Error(`the local run refused the event: ${said.message ?? ''}`);
      return { eventId: said.EventId ?? '', rules: said.Rules ?? [] };
    },
    destroy: () => {
      exchange.destroy();
    },
  };
}
