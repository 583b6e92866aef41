import { GATEWAY_ERROR_CODES } from '../../functions/core/errors.ts';
import { PROBLEMS } from '../../functions/handlers/middleware/http-errors.ts';
import {
  acceptedSchema,
  alertSchema,
  eventSchema,
  type Json,
  object,
  problemSchema,
  TEXT,
} from './ingestion-schemas.ts';

/** A body that is not empty. */
const SOMETHING = { type: 'string', pattern: '\\S' };

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
/** OpenAPI 3.1 of what senders post to, its answers from the tables that the gateway answers by. */
export function ingestionApi(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ingestion API of Tocsin',
      version: '1',
      description:
        'Every answer of Tocsin that is no success is a problem document (RFC 9457) with a stable `code`; docs/problems.md says of each what to do. ' +
        'API Gateway stands before it, and may itself answer 413, 429, 431, 500 and 503 with a message. ' +
        'The schemas say what to send. A field of another kind is kept among the details of its alert, and the alert is accepted.',
    },
    paths: {
      '/v1/ingest/{sourceId}': {
        parameters: [
          {
            name: 'sourceId',
            in: 'path',
            required: true,
            schema: TEXT,
            description: 'as `source create` printed it',
          },
        ],
        post: ingestOperation(),
        get: handshakeOperation(),
        options: originOperation(),
      },
      '/v2/enqueue': {
        post: {
          operationId: 'enqueue',
          summary: "Send an event of PagerDuty's Events API v2 to a source with auth routing-key",
          requestBody: {
            required: true,
            content: { 'application/json': { schema: eventSchema() } },
          },
          responses: {
            202: success('Accepted', {
              ...object({ status: { const: 'success' }, message: TEXT, dedup_key: TEXT }, [
                'status',
                'message',
              ]),
            }),
            ...answersOf(GATEWAY_ERROR_CODES),
          },
        },
      },
    },
    components: componentsOf(),
  };
}

function ingestOperation(): Json {
  return {
    operationId: 'ingest',
    summary: 'Send alerts; accepted once they are stored durably',
    parameters: [
      header('Idempotency-Key', 'the same for every repetition of a request'),
      {
        ...header('Content-Encoding', 'once; gzip and zstd are recognised without it'),
        schema: { enum: ['gzip', 'zstd', 'deflate', 'br'] },
      },
    ],
    security: [{}, { bearer: [] }, { basic: [] }, { sharedSecret: [] }, { signature: [] }],
    requestBody: {
      required: true,
      description:
        'as the format of the source says; `Alert` is that of the format `generic`: one, an array, or one on each line',
      content: {
        'application/json': {
          schema: { anyOf: [ref('Alert'), { type: 'array', items: ref('Alert') }] },
        },
        'text/plain': { schema: SOMETHING },
        'application/octet-stream': { schema: SOMETHING },
      },
    },
    responses: {
      202: success('Accepted', ref('Accepted')),
      200: success('Accepted, where the vendor expects 200; or the answer to the challenge of Slack', {
        anyOf: [ref('Accepted'), object({ challenge: TEXT })],
      }),
      ...answersOf(GATEWAY_ERROR_CODES),
    },
  };
}

function handshakeOperation(): Json {
  return {
    operationId: 'handshake',
    summary: "The handshake of Okta's event hooks; anything else is not allowed",
    parameters: [
      header(
        'X-Okta-Verification-Challenge',
        'comes back in the answer of a source of format okta; without it the method is not allowed',
      ),
    ],
    responses: {
      200: success('The challenge, as it came', object({ verification: TEXT })),
      ...answersOf(['not-found', 'method-not-allowed', 'not-durable']),
    },
  };
}

function originOperation(): Json {
  return {
    operationId: 'mayISend',
    summary: 'The origin check of CloudEvents webhooks; anything else is not allowed',
    parameters: [
      header(
        'WebHook-Request-Origin',
        'may send, where the source has the format cloudevents; without it the method is not allowed',
      ),
    ],
    responses: {
      200: {
        description: 'The origin that asked may send',
        headers: { 'webhook-allowed-origin': { schema: TEXT } },
      },
      ...answersOf(['not-found', 'method-not-allowed', 'not-durable']),
    },
  };
}

function componentsOf(): Json {
  return {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer' },
      basic: { type: 'http', scheme: 'basic' },
      sharedSecret: {
        type: 'apiKey',
        in: 'header',
        name: 'X-Tocsin-Secret',
        description: 'the header is a setting of the source',
      },
      signature: {
        type: 'apiKey',
        in: 'header',
        name: 'X-Signature',
        description: 'HMAC over the bytes as sent; header and signed content are settings of the source',
      },
    },
    schemas: {
      Alert: alertSchema(),
      Accepted: acceptedSchema(),
      Message: { ...object({ message: TEXT }), description: 'what API Gateway itself answers' },
      Problem: problemSchema(GATEWAY_ERROR_CODES),
    },
  };
}

type Code = (typeof GATEWAY_ERROR_CODES)[number];

/** Statuses that API Gateway gives by itself: limits of size and rate, and a function that does not answer. */
const OF_API_GATEWAY = new Map([
  [413, 'The request is larger than API Gateway takes'],
  [429, 'More requests than the whole gateway may get'],
  [431, 'The request line and headers are longer than API Gateway takes'],
  [500, 'Tocsin did not answer'],
  [503, 'Tocsin did not answer in time'],
]);

/** The answers of these codes and those of API Gateway, one for each status. */
function answersOf(codes: readonly Code[]): Json {
  const statuses = new Set([...codes.map((code) => PROBLEMS[code].status), ...OF_API_GATEWAY.keys()]);
  return Object.fromEntries(
    [...statuses].toSorted((a, b) => a - b).map((status) => [String(status), answerOf(status, codes)]),
  );
}

function answerOf(status: number, codes: readonly Code[]): Json {
  const own = codes.filter((code) => PROBLEMS[code].status === status);
  const gateway = OF_API_GATEWAY.get(status);
  const words = own.map((code) => `${PROBLEMS[code].title} (\`${code}\`)`);
  const headers = headersOf(status);
  return {
    description: [...words, ...(gateway === undefined ? [] : [`${gateway} (API Gateway)`])].join('; '),
    ...(headers !== undefined && { headers }),
    content: {
      ...(own.length > 0 && {
        'application/problem+json': {
          schema: {
            allOf: [ref('Problem'), { properties: { status: { const: status }, code: { enum: own } } }],
          },
        },
      }),
      ...(gateway !== undefined && { 'application/json': { schema: ref('Message') } }),
    },
  };
}

/** The headers of a status; `required`: always. API Gateway renames the header that asks for a credential. */
function headersOf(status: number): Json | undefined {
  if (status === 401) return { 'x-amzn-remapped-www-authenticate': { required: true, schema: TEXT } };
  if (status === 405) return { allow: { required: true, schema: TEXT } };
  return status === 429 || status === 503
    ? {
        'retry-after': {
          description: 'in seconds; with every problem document of this status',
          schema: { type: 'string', pattern: '^[0-9]+$' },
        },
      }
    : undefined;
}

function header(name: string, description: string): Json {
  return { name, in: 'header', required: false, schema: TEXT, description };
}

function success(description: string, schema: Json): Json {
  return { description, content: { 'application/json': { schema } } };
}
