import { GATEWAY_ERROR_CODES } from '../../functions/core/errors.ts';
import { PROBLEMS } from '../../functions/handlers/middleware/http-errors.ts';
import { acceptedSchema, alertSchema, type Json, object, problemSchema, TEXT } from './ingestion-schemas.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
/** OpenAPI 3.1 of what senders post to, its answers from the tables that the gateway answers by. */
export function ingestionApi(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ingestion API of Tocsin',
      version: '1',
      description:
        'Every answer that is no success is a problem document (RFC 9457) with a stable `code`; docs/problems.md says of each what to do. ' +
        'API Gateway itself may answer 413, 429, 500 and 503 with `{"message"}`. It renames the header `www-authenticate` to `x-amzn-remapped-www-authenticate`.',
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
        post: {
          operationId: 'ingest',
          summary: 'Send alerts; accepted once they are stored durably',
          parameters: [
            header('Idempotency-Key', 'the same for every repetition of a request'),
            header(
              'Content-Encoding',
              'gzip, zstd, deflate or br, once; gzip and zstd are recognised without it',
            ),
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
              'text/plain': { schema: TEXT },
              'application/octet-stream': { schema: {} },
            },
          },
          responses: {
            202: success('Accepted', ref('Accepted')),
            200: success('Accepted, where the vendor expects 200; or the answer to the challenge of Slack', {
              anyOf: [ref('Accepted'), object({ challenge: TEXT })],
            }),
            ...problems(GATEWAY_ERROR_CODES),
          },
        },
        get: {
          operationId: 'handshake',
          summary: "The handshake of Okta's event hooks; anything else is not allowed",
          responses: {
            200: success('The challenge, as it came', object({ verification: TEXT })),
            ...problems(['method-not-allowed', 'not-durable']),
          },
        },
        options: {
          operationId: 'mayISend',
          summary: 'The origin check of CloudEvents webhooks; anything else is not allowed',
          responses: {
            200: {
              description: 'The origin that asked may send',
              headers: { 'webhook-allowed-origin': { schema: TEXT } },
            },
            ...problems(['method-not-allowed', 'not-durable']),
          },
        },
      },
      '/v2/enqueue': {
        post: {
          operationId: 'enqueue',
          summary: "Send an event of PagerDuty's Events API v2 to a source with auth routing-key",
          requestBody: {
            required: true,
            content: { 'application/json': { schema: object({ routing_key: TEXT }) } },
          },
          responses: {
            202: success('Accepted', {
              ...object({ status: { const: 'success' }, message: TEXT, dedup_key: TEXT }, [
                'status',
                'message',
              ]),
            }),
            ...problems(GATEWAY_ERROR_CODES),
          },
        },
      },
    },
    components: {
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
        Problem: problemSchema(GATEWAY_ERROR_CODES),
      },
    },
  };
}

type Code = (typeof GATEWAY_ERROR_CODES)[number];

/** The answers of these codes, one for each status. */
function problems(codes: readonly Code[]): Json {
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const own = codes.filter((code) => PROBLEMS[code].status === status);
      return [
        String(status),
        {
          description: own.map((code) => `${PROBLEMS[code].title} (\`${code}\`)`).join('; '),
          ...(headersOf(status) !== undefined && { headers: headersOf(status) }),
          content: {
            'application/problem+json': {
              schema: {
                allOf: [ref('Problem'), { properties: { status: { const: status }, code: { enum: own } } }],
              },
            },
          },
        },
      ];
    }),
  );
}

/** What comes with a status; `required`: always. */
function headersOf(status: number): Json | undefined {
  if (status === 401) return { 'www-authenticate': { required: true, schema: TEXT } };
  if (status === 405) return { allow: { required: true, schema: TEXT } };
  return status === 429 || status === 503
    ? { 'retry-after': { required: true, schema: { type: 'string', pattern: '^[0-9]+$' } } }
    : undefined;
}

function header(name: string, description: string): Json {
  return { name, in: 'header', required: false, schema: TEXT, description };
}

function success(description: string, schema: Json): Json {
  return { description, content: { 'application/json': { schema } } };
}
