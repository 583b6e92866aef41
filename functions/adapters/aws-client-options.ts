import { awsExchange } from './aws-exchange.ts';
import { sdkRequestHandler } from './sdk-request-handler.ts';

/** What a client of any AWS service is made from; everything left out is the SDK's own business. */
export type AwsClientOptions = {
  /** Time to open a connection; 500 ms when left out. */
  connectionTimeoutMs?: number;
  /** Time for one try, connection included; 1,000 ms when left out. */
  requestTimeoutMs?: number;
  /** Tries in all; 2 when left out. */
  maxAttempts?: number;
  /** `AWS_REGION` when left out. */
  region?: string;
  /** `AWS_ENDPOINT_URL`, else AWS itself, when left out. */
  endpoint?: string;
  /** As they are, or asked for before every call: those of an operator's profile end and are renewed. */
  credentials?: AwsCredentials | (() => Promise<AwsCredentials>);
};

export type AwsCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** The timeouts that hold for every service, in milliseconds. */
export function timeoutsOf(options: AwsClientOptions) {
  return {
    connectionTimeoutMs: options.connectionTimeoutMs ?? 500,
    requestTimeoutMs: options.requestTimeoutMs ?? 1_000,
  };
}

/**
 * The part of a client's configuration that is the same for every service.
 *
 * `cacheMiddleware` resolves a command's middleware once instead of at every call (a third of a call's CPU time).
 */
export function awsClientOptions(options: AwsClientOptions) {
  return {
    cacheMiddleware: true,
    maxAttempts: options.maxAttempts ?? 2,
    requestHandler: sdkRequestHandler(awsExchange(timeoutsOf(options))),
    ...(options.region !== undefined && { region: options.region }),
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    ...(options.credentials !== undefined && { credentials: options.credentials }),
  };
}
