/**
 * Every refusal of a sender, by its stable code (documented in docs/problems.md).
 * What each means in HTTP is the business of handlers/middleware/http-errors alone.
 */
export const GATEWAY_ERROR_CODES = [
  'unauthorized',
  'empty-body',
  'invalid-json',
  'no-valid-record',
  'bad-compression',
  'not-found',
  'method-not-allowed',
  'idempotency-conflict',
  'payload-too-large',
  'unsupported-encoding',
  'compressed-as-text',
  'unsupported-media-type',
  'schema-mismatch',
  'rate-limited',
  'not-durable',
] as const;

export type GatewayErrorCode = (typeof GATEWAY_ERROR_CODES)[number];

/** A refusal that the sender is told about: the code is stable, the detail is for a person and holds no secret. */
export class GatewayError extends Error {
  readonly code: GatewayErrorCode;
  readonly retryAfterSeconds: number | undefined;
  readonly rejected: RecordRejection[] | undefined;

  constructor(
    code: GatewayErrorCode,
    detail: string,
    options: { cause?: unknown; retryAfterSeconds?: number; rejected?: RecordRejection[] } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.rejected = options.rejected;
  }
}

/** Every reason why one record of an otherwise readable body is not accepted (documented in docs/problems.md). */
export const RECORD_REJECTION_CODES = [
  'invalid-json',
  'missing-title',
  'not-an-object',
  'record-too-large',
  'too-deep',
  'invalid-field',
  'schema-mismatch',
] as const;

type RecordRejectionCode = (typeof RECORD_REJECTION_CODES)[number];

/** Why one record was not accepted; `index` counts from 0, in the order of the body. */
export type RecordRejection = { index: number; code: RecordRejectionCode; detail: string };
