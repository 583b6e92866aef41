import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { GatewayError, type GatewayErrorCode } from '../../core/errors.ts';

/** What each refusal means in HTTP. Nothing else in the gateway knows a status of ours. */
export const PROBLEMS: Record<GatewayErrorCode, { status: number; title: string }> = {
  unauthorized: { status: 401, title: 'The request is not authenticated' },
  'empty-body': { status: 400, title: 'The body is empty' },
  'invalid-json': { status: 400, title: 'The body cannot be read' },
  'no-valid-record': { status: 400, title: 'No record was accepted' },
  'bad-compression': { status: 400, title: 'The body cannot be decompressed' },
  'not-found': { status: 404, title: 'Nothing is here' },
  'method-not-allowed': { status: 405, title: 'Only POST is accepted here' },
  'idempotency-conflict': { status: 409, title: 'The idempotency key was used with another body' },
  'payload-too-large': { status: 413, title: 'The request is too large' },
  'unsupported-encoding': { status: 415, title: 'The content encoding is not understood' },
  'compressed-as-text': { status: 415, title: 'The compressed body was sent as text' },
  'unsupported-media-type': { status: 415, title: 'The body is of a kind that is not read' },
  'schema-mismatch': { status: 422, title: 'The body does not match the schema' },
  'rate-limited': { status: 429, title: 'The source sends too much' },
  'not-durable': { status: 503, title: 'The alert could not be stored' },
};

const RETRY_AFTER_SECONDS = 5;

/**
 * One list for every source, or it would tell which ones exist. API Gateway renames the header to
 * `x-amzn-remapped-www-authenticate`: no sender may depend on being asked.
 */
const CHALLENGES = 'Basic realm="tocsin", Bearer';

/**
 * Turns what the handler throws into a problem document (RFC 9457) with a stable `code`.
 *
 * An error that is no `GatewayError` is a bug of ours: the sender is asked to come again, and nothing of it is shown.
 */
export function httpErrors(): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError: (request) => {
      request.response = problemOf(request.error, request.event.requestContext.requestId);
    },
  };
}

function problemOf(error: unknown, requestId: string): APIGatewayProxyStructuredResultV2 {
  const known =
    error instanceof GatewayError
      ? error
      : new GatewayError('not-durable', 'the gateway failed; send the request again', {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
  const { status, title } = PROBLEMS[known.code];
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      ...(known.code === 'unauthorized' && { 'www-authenticate': CHALLENGES }),
      ...(known.code === 'method-not-allowed' && { allow: 'POST' }),
      ...(known.retryAfterSeconds !== undefined && { 'retry-after': String(known.retryAfterSeconds) }),
    },
    body: JSON.stringify({
      type: `urn:tocsin:problem:${known.code}`,
      title,
      status,
      detail: known.message,
      code: known.code,
      request_id: requestId,
      ...(known.rejected !== undefined && { rejected: known.rejected }),
    }),
  };
}
