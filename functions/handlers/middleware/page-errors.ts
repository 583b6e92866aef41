import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { refusedPage } from '../../core/recipients/unsubscribe-page.ts';
import type { EventLog } from '../../core/world.ts';

/**
 * Turns a failure of our own into a page that says so, with a 503: a reader is asked to come again, a mail program
 * does so by itself. Nothing of the failure is shown.
 */
export function pageErrors(
  log: EventLog,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError: (request) => {
      log.error('recipient.unsubscribe-failed', { error: request.error });
      const { status, headers, html } = refusedPage(503);
      request.response = { statusCode: status, headers: { ...headers, 'retry-after': '30' }, body: html };
    },
  };
}
