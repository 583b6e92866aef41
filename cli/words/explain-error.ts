import { CliFailure, wrongUsage } from '../failure.ts';
import { NoSuchPlaceError } from '../../functions/core/operator/no-such-place-error.ts';
import { UnreadableConfigError } from '../../functions/core/model/config/unreadable-config.ts';
import type { CliIo } from '../io.ts';
import { unreadableMessage } from './unreadable.ts';

const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidClientTokenId',
  'AuthFailure',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
]);
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired']);
const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'NotAuthorized',
  'KMSAccessDeniedException',
]);
const BUSY = new Set([
  'ThrottlingException',
  'Throttling',
  'RequestThrottled',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
]);
const UNREACHABLE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

const MAX_ADVICE_CHARACTERS = 400;

/**
 * An error in the operator's terms, as one line; the stack stays with TOCSIN_DEBUG=1.
 *
 * @param env of the command, where it is known: it says whose credentials did not do.
 */
export function explainError(error: unknown, env?: CliIo['env']): CliFailure {
  if (error instanceof CliFailure) return error;
  if (error instanceof NoSuchPlaceError) return wrongUsage(error.message);
  for (const link of chain(error)) {
    const explained = explain(link, error, env);
    if (explained !== undefined) return new CliFailure(explained[0], explained[1], { cause: error });
  }
  const message = error instanceof Error ? error.message || error.name : String(error);
  return new CliFailure('failed', `${message} (TOCSIN_DEBUG=1 shows where)`, { cause: error });
}

function explain(
  error: Error,
  outer: unknown,
  env: CliIo['env'] | undefined,
): [code: string, message: string] | undefined {
  if (error instanceof UnreadableConfigError) {
    const { item, message } = error;
    return ['configuration-unreadable', item === undefined ? message : unreadableMessage(item)];
  }
  const name = error.name;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ECONNREFUSED') {
    const where =
      'address' in error && 'port' in error
        ? `${String(error.address)}:${String(error.port)}`
        : 'its endpoint';
    return ['not-running', `nothing answers at ${where}; if that is the local run, start it with: npm start`];
  }
  if (UNREACHABLE.has(code) || name === 'TimeoutError') {
    return ['unreachable', unreachable(code || name, hostOf(error, outer))];
  }
  if (/region is missing/i.test(error.message)) {
    return [
      'no-region',
      'no AWS region is set; set AWS_REGION or AWS_DEFAULT_REGION, or a region in the profile that AWS_PROFILE names',
    ];
  }
  if (EXPIRED.has(name) || /token (is|has) expired|session has expired/i.test(error.message)) {
    return [
      'expired-credentials',
      `the AWS credentials${whose(env)} have expired; sign in again (for example: aws sso login): ${advice(error)}`,
    ];
  }
  if (CREDENTIALS.has(name)) {
    return [
      'no-credentials',
      `the AWS credentials${whose(env)} are missing or not accepted (${name}); set AWS_PROFILE or sign in: ${advice(error)}`,
    ];
  }
  if (DENIED.has(name)) return ['access-denied', `AWS refused: ${error.message}`];
  if (BUSY.has(name)) return ['throttled', `AWS asked to slow down (${name}); try again in a moment`];
  if (name === 'ParameterNotFound')
    return ['no-gateway', outer instanceof Error ? outer.message : error.message];
  if (name === 'ResourceNotFoundException' || name.includes('QueueDoesNotExist')) {
    return ['not-deployed', `a part of the gateway is missing in AWS: ${error.message}`];
  }
  return undefined;
}

/** The place from which the SDK takes credentials first (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html). */
function whose(env: CliIo['env'] | undefined): string {
  if (env === undefined) return '';
  const profile = env['AWS_PROFILE'];
  if (profile) return ` of profile ${JSON.stringify(profile)}`;
  return env['AWS_ACCESS_KEY_ID'] ? ' of the variable AWS_ACCESS_KEY_ID' : ' of profile "default"';
}

/** The SDK's own words. Behind the first line of a refused signature AWS repeats the request, its session token included. */
function advice({ message, name }: Error): string {
  const [line = ''] = message.trim().split(/[\r\n]/u);
  return line === '' ? name : line.slice(0, MAX_ADVICE_CHARACTERS);
}

/** The host is what tells a wrong region from a network that is down. */
function unreachable(code: string, host: string | undefined): string {
  if (host === undefined) return `AWS cannot be reached (${code}); check the network and the region`;
  return code === 'ENOTFOUND'
    ? `host ${host} is not found (${code}); check the network, the region and any endpoint that is set`
    : `host ${host} cannot be reached (${code}); check the network and the region`;
}

function hostOf(...errors: unknown[]): string | undefined {
  return errors
    .flatMap((error) => [...chain(error)])
    .flatMap((error) =>
      'hostname' in error && typeof error.hostname === 'string' ? [error.hostname] : [],
    )[0];
}

/** The error, and whatever it was wrapped around: adapters wrap with `cause`, fetch with `errors`. */
function* chain(error: unknown): Generator<Error> {
  let link = error;
  for (let depth = 0; depth < 10 && link instanceof Error; depth += 1) {
    yield link;
    if (link instanceof AggregateError) {
      for (const inner of link.errors) if (inner instanceof Error) yield inner;
    }
    link = link.cause;
  }
}
