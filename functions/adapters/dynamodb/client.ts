import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { attemptsOf, type AwsClientOptions, type AwsCredentials, exchangeOf } from '../aws/client-options.ts';
import type { AwsHttpAnswer } from '../aws/exchange.ts';
import { type AwsSigner, awsSigner, signatureInstant } from '../aws/signature.ts';
import { type DynamodbOperations, fromWire, toWire } from './operations.ts';
import { defaultProvider as environmentCredentials } from '../aws/credentials.ts';
import { AWS_DOMAINS, partitionOf } from '../../core/model/config/aws-partition.ts';

/** DynamoDB without its SDK: docs/decisions/0010-a-dynamodb-client-of-our-own.md says why. */
export type DynamodbClient = {
  /** Throws `DynamodbError` when DynamoDB refuses, and what the network threw when it was not reached. */
  call<O extends keyof DynamodbOperations>(
    operation: O,
    input: DynamodbOperations[O]['input'],
  ): Promise<DynamodbOperations[O]['output']>;
  /** Closes the connections, so that a process can end. */
  destroy(): void;
};

/** A refusal: `name` is DynamoDB's own, `ConditionalCheckFailedException`. */
class DynamodbError extends Error {
  readonly status: number;
  /** By DynamoDB's clock, when it said so. */
  readonly answeredAtMs: number | undefined;
  constructor(name: string, status: number, message: string, answeredAtMs?: number) {
    super(message);
    this.name = name;
    this.status = status;
    this.answeredAtMs = answeredAtMs;
  }
}

const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
]);
/** A signature is good for 5 minutes around its date; with a clock as wrong as this, it is told what time it is. */
const CLOCK_IS_WRONG_FROM_MS = 4 * 60_000;
const PERHAPS_OF_A_WRONG_CLOCK = new Set([
  'InvalidSignatureException',
  'RequestTimeTooSkewed',
  'RequestExpired',
]);

/** Between two tries: a random part of this, doubled with every further try. */
const BACKOFF_MS = 100;
const THROTTLED_BACKOFF_MS = 500;

/**
 * Plain JavaScript values in and out; fields that are `undefined` are left out of the item.
 *
 * A failure that may be different the second time is tried again: 5xx, throttling, a broken or silent connection, an answer
 * that is damaged. A write may so be made twice: conditions know their own first try. A table that asks to slow down gets
 * more tries: being busy for a moment must not send a message back to its queue, which hides it for minutes.
 */
export function dynamodbClient(
  options: AwsClientOptions = {},
  wait: (ms: number) => Promise<unknown> = sleep,
): DynamodbClient {
  const maxAttempts = attemptsOf(options);
  const { maxThrottledAttempts = 4 } = options;
  const exchange = exchangeOf(options);
  const credentials = credentialsOf(options);
  let endpoint: Endpoint | undefined;
  /** How far this machine's clock is behind: a laptop's may be. */
  let behindMs = 0;

  function setClock(error: unknown): boolean {
    if (!(error instanceof DynamodbError) || !PERHAPS_OF_A_WRONG_CLOCK.has(error.name)) return false;
    const difference = (error.answeredAtMs ?? Number.NaN) - Date.now();
    if (!(Math.abs(difference - behindMs) > CLOCK_IS_WRONG_FROM_MS)) return false;
    behindMs = difference;
    return true;
  }

  async function tryOnce(operation: string, body: string): Promise<Record<string, unknown>> {
    endpoint ??= endpointOf(options);
    const { isTls, hostname, port, host, sign } = endpoint;
    const identity = await credentials();
    const headers: Record<string, string> = {
      host,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': signatureInstant(Date.now() + behindMs),
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    };
    if (identity.sessionToken !== undefined) headers['x-amz-security-token'] = identity.sessionToken;
    const authorization = sign({ method: 'POST', path: '/', headers, body }, identity);
    headers['authorization'] = authorization;
    headers['content-length'] = String(Buffer.byteLength(body));
    return read(await exchange.send({ isTls, hostname, port, method: 'POST', path: '/', headers, body }));
  }

  async function call(operation: string, input: object): Promise<unknown> {
    const body = toWire(input);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return fromWire(await tryOnce(operation, body));
      } catch (error) {
        const backoffMs = setClock(error) ? 0 : backoffOf(error);
        const most = isThrottled(error) ? maxThrottledAttempts : maxAttempts;
        if (backoffMs === undefined || attempt >= most) throw error;
        await wait(Math.random() * backoffMs * 2 ** (attempt - 1));
      }
    }
  }

  return { call: call as DynamodbClient['call'], destroy: () => exchange.destroy() };
}

type Endpoint = {
  isTls: boolean;
  hostname: string;
  port: number | undefined;
  host: string;
  sign: AwsSigner;
};

function endpointOf(options: AwsClientOptions): Endpoint {
  const {
    AWS_REGION,
    AWS_DEFAULT_REGION,
    AWS_ENDPOINT_URL_DYNAMODB: own,
    AWS_ENDPOINT_URL: all,
  } = process.env;
  const region = options.region ?? (AWS_REGION || AWS_DEFAULT_REGION);
  if (!region) throw new Error('region is missing; expected AWS_REGION');
  const domain = AWS_DOMAINS[partitionOf(region)];
  const url = new URL(options.endpoint ?? (own || all || `https://dynamodb.${region}.${domain}`));
  return {
    isTls: url.protocol === 'https:',
    hostname: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    host: url.host,
    sign: awsSigner({ service: 'dynamodb', region }),
  };
}

function credentialsOf({ credentials }: AwsClientOptions): () => Promise<AwsCredentials> {
  if (typeof credentials === 'function') return credentials;
  if (credentials !== undefined) return async () => credentials;
  const fromEnvironment = environmentCredentials();
  // Lambda never changes them while a process lives.
  let known: AwsCredentials | undefined;
  return async () => (known ??= await fromEnvironment());
}

function read({ status, headers, body }: AwsHttpAnswer): Record<string, unknown> {
  const checksum = headers['x-amz-crc32'];
  if (checksum !== undefined && Number(checksum) !== crc32(body)) {
    throw damaged(status, 'its checksum is another one');
  }
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    throw damaged(status, 'it is not JSON');
  }
  if (typeof json !== 'object' || json === null) throw damaged(status, 'it is not an object');
  if (status === 200) return json as Record<string, unknown>;
  const { __type: type, message, Message } = json as Record<string, unknown>;
  const name = typeof type === 'string' ? type.slice(type.lastIndexOf('#') + 1) : 'UnknownError';
  const said = [message, Message].find((text) => typeof text === 'string' && text !== '');
  const reason = typeof said === 'string' ? said : `${name}: status ${status}`;
  throw new DynamodbError(name, status, reason, Date.parse(String(headers['date'])));
}

function damaged(status: number, why: string): DynamodbError {
  return new DynamodbError(
    'DamagedAnswerError',
    status,
    `dynamodb's answer with status ${status} is damaged: ${why}`,
  );
}

/**
 * Whether DynamoDB asked to slow down. A batch of which it took nothing is refused with this, instead of being
 * answered with everything in it unprocessed.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export function isThrottled(error: unknown): boolean {
  return error instanceof DynamodbError && (THROTTLED.has(error.name) || error.status === 429);
}

/** Whether DynamoDB refused the call as such, which no repetition changes: a right that is missing, a call that it does not know. */
export function isRefused(error: unknown): boolean {
  return error instanceof DynamodbError && error.status < 500 && !isThrottled(error);
}

/** The longest wait before the second try; undefined for what a repetition cannot change. */
function backoffOf(error: unknown): number | undefined {
  if (error instanceof DynamodbError) {
    if (isThrottled(error)) return THROTTLED_BACKOFF_MS;
    return error.status >= 500 || error.name === 'DamagedAnswerError' ? BACKOFF_MS : undefined;
  }
  const isNetwork = error instanceof Error && (error.name === 'TimeoutError' || 'code' in error);
  return isNetwork ? BACKOFF_MS : undefined;
}
