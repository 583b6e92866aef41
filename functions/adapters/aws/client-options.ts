import type { Clock } from '../../core/world.ts';
import { awsExchange } from './exchange.ts';
import { loadTls } from './http-connection.ts';
import { sdkRequestHandler } from './sdk-request-handler.ts';

/** What a client of any AWS service is made from; everything left out is the SDK's own business. */
export type AwsClientOptions = {
  /** Time to open a connection; 500 ms when left out. */
  connectionTimeoutMs?: number;
  /** Time for one try, from the moment it has a connection or opens one; 1,000 ms when left out. */
  requestTimeoutMs?: number;
  /** Tries in all; 2 when left out. With 1 a call is never made twice, whatever becomes of its connection. */
  maxAttempts?: number;
  /** Tries in all of a call to a table that asks to slow down; 4 when left out, which is 3.5 s at most. */
  maxThrottledAttempts?: number;
  /** `AWS_REGION` when left out. */
  region?: string;
  /** `AWS_ENDPOINT_URL`, else AWS itself, when left out. */
  endpoint?: string;
  /** As they are, or asked for before every call: those of an operator's profile end and are renewed. */
  credentials?: AwsCredentials | (() => Promise<AwsCredentials>);
  /** The wall clock, which goes on while a function is frozen; the system's when left out. */
  clock?: Clock;
};

export type AwsCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

const DEFAULT_ATTEMPTS = 2;
const systemClock: Clock = { now: () => Date.now() };

/**
 * The connections of one client, the same for every service.
 *
 * Whether a call may be made twice is a matter of the client: every call of DynamoDB, SQS, Secrets Manager and SSM that
 * this gateway makes is a read, a condition that knows its own first try, or something that collapses (a message
 * by its id). A second `SendRawEmail` is a second mail.
 */
export function exchangeOf(options: AwsClientOptions) {
  // While it starts, a function has a whole processor; when it is called, a third of one.
  if (!isPlainHttp(options)) loadTls();
  return awsExchange({
    connectionTimeoutMs: options.connectionTimeoutMs ?? 500,
    requestTimeoutMs: options.requestTimeoutMs ?? 1_000,
    isRepeatable: attemptsOf(options) > 1,
    clock: options.clock ?? systemClock,
  });
}

function isPlainHttp({ endpoint = process.env['AWS_ENDPOINT_URL'] }: AwsClientOptions): boolean {
  return endpoint?.startsWith('http:') === true;
}

/** Tries in all. */
export function attemptsOf(options: AwsClientOptions): number {
  return options.maxAttempts ?? DEFAULT_ATTEMPTS;
}

/**
 * What a function would have the SDK look for in its environment, and then in profiles, which it has none of. Told, it saves a
 * start some 1.5 % of its instructions.
 */
function settingsOfAFunction() {
  const {
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_USE_FIPS_ENDPOINT: fips,
    AWS_USE_DUALSTACK_ENDPOINT: dualstack,
  } = process.env;
  return name === undefined
    ? {}
    : { useFipsEndpoint: fips === 'true', useDualstackEndpoint: dualstack === 'true' };
}

/**
 * The part of a client's configuration that is the same for every service.
 *
 * `cacheMiddleware` resolves a command's middleware once instead of at every call (a third of a call's CPU time).
 */
export function awsClientOptions(options: AwsClientOptions) {
  return {
    cacheMiddleware: true,
    maxAttempts: attemptsOf(options),
    requestHandler: sdkRequestHandler(exchangeOf(options)),
    ...settingsOfAFunction(),
    ...(options.region !== undefined && { region: options.region }),
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    ...(options.credentials !== undefined && { credentials: options.credentials }),
  };
}
