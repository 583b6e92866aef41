import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { refusedPage, unsubscribePage, type Page } from '../core/recipients/unsubscribe-page.ts';
import { unsubscribeWish } from '../core/recipients/unsubscribe-wish.ts';
import {
  lookAtUnsubscription,
  unsubscribe,
  type Unsubscription,
  type UnsubscribePorts,
} from '../core/recipients/unsubscribe.ts';
import type { EventLog } from '../core/world.ts';

/** A form with one field; anything longer is no form of ours. */
const MAX_BODY_CHARACTERS = 16_384;

/**
 * `GET` shows, `POST` unsubscribes: no cookie, no redirect, nothing but the link is needed (RFC 8058).
 * A failure of our own is thrown and becomes a 500, which mail programs try again.
 */
export function unsubscribeHandler(
  ports: UnsubscribePorts & { log: EventLog; contact?: string },
): (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (event) => {
    const token = event.pathParameters?.['token'] ?? '';
    const { method } = event.requestContext.http;
    if (method === 'GET' || method === 'HEAD') {
      return answer(unsubscribePage(await lookAtUnsubscription(token, ports), ports.contact));
    }
    if (method !== 'POST') return answer(refusedPage(405));

    const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('latin1');
    if (body.length > MAX_BODY_CHARACTERS) return answer(refusedPage(413));
    const by = unsubscribeWish(body, event.headers['content-type'] ?? '');
    if (by === undefined) return answer(refusedPage(400));
    const outcome = await unsubscribe(token, by, ports);
    ports.log.info('recipient.unsubscribe-asked', { by, ...logged(outcome) });
    return answer(unsubscribePage(outcome, ports.contact));
  };
}

function logged(outcome: Unsubscription): Record<string, unknown> {
  return 'destinationId' in outcome
    ? { state: outcome.state, destinationId: outcome.destinationId, isChange: outcome.isChange }
    : { state: outcome.state };
}

function answer({ status, headers, html }: Page): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers, body: html };
}
