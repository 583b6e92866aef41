import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { AwsError } from '../emulators/aws-error.ts';
import type { Emulators } from '../emulators/emulators.ts';
import { queryAnswer, queryError } from '../emulators/query-protocol.ts';
import { parseJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import type { AccessCheck } from '../runtime/access-check.ts';
import { messageOf } from '../start-error.ts';
import { jsonService } from './json-services.ts';
import { queryService } from './query-services.ts';
import { readBody } from './read-body.ts';
import { pathOf } from './request-path.ts';
import { verifySignature } from './verify-signature.ts';

/** Ten 1 MiB messages would not pass SQS anyway; a raw mail of 10 MB in base64 and URL encoding must. */
const MAX_REQUEST_BYTES = 20 * 1024 * 1024;

/** Whether a request is a call of an AWS API: SDK clients post to `/`, some SQS clients to the path of the queue URL. */
export function isAwsRequest(request: IncomingMessage, accountId: string): boolean {
  const path = pathOf(request);
  return request.method === 'POST' && (path === '/' || path.startsWith(`/${accountId}/`));
}

type AwsEndpointOptions = {
  onFault?: (error: unknown) => void;
  /** How long every call takes besides its work, as over a network, in ms; 0 unless told. */
  latencyMs?: number;
};

/**
 * The one endpoint of all emulated services: JSON services by `X-Amz-Target`, query services by their API version.
 *
 * Every request is signed with the key of a function or of the operator, who reads it in the manifest. Other users of the machine
 * reach the port too; without a key they reach nothing behind it.
 */
export function createAwsEndpoint(
  emulators: Emulators,
  access: AccessCheck,
  clock: Clock,
  { onFault = () => undefined, latencyMs = 0 }: AwsEndpointOptions = {},
) {
  /** A fault of the emulator itself is reported, and told to the caller as AWS tells its own. */
  function toAwsError(error: unknown, where: string): AwsError {
    if (error instanceof AwsError) return error;
    console.error(`tocsin: ${where}: ${messageOf(error)}`);
    onFault(error);
    return new AwsError('InternalFailure', 'the local run failed at this request', 500);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_REQUEST_BYTES);
    if (body === 'gone') return;
    if (latencyMs > 0) await pause(latencyMs);
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') await answerJson(request, response, target, body);
    else answerQuery(request, response, body);
  }

  /** The calling function; undefined is the operator. */
  function callerOf(request: IncomingMessage, body: Buffer): string | undefined {
    return verifySignature(request, body, access.identityOf, clock.now()).functionName;
  }

  async function answerJson(
    request: IncomingMessage,
    response: ServerResponse,
    target: string,
    body: Buffer | 'too-large',
  ): Promise<void> {
    const [prefix = '', action = ''] = target.split('.');
    const service = jsonService(emulators, prefix);
    const contentType = `application/x-amz-json-${service?.version ?? '1.0'}`;
    try {
      if (body === 'too-large')
        throw new AwsError('RequestEntityTooLargeException', 'the request is too large', 413);
      const caller = callerOf(request, body);
      if (service === undefined) {
        throw new AwsError('UnknownOperationException', `the local run does not emulate ${target}`);
      }
      const input = parseInput(body);
      if (caller !== undefined) access.requireOfCode(caller, service.access(action, input));
      const result = await service.call(action, input, () => whenGone(response));
      send(response, 200, JSON.stringify(result), { 'content-type': contentType });
    } catch (error) {
      const refusal = toAwsError(error, target);
      const type = `${service?.errorPrefix ?? ''}${refusal.code}`;
      const text = { __type: type, message: refusal.message, Message: refusal.message, ...refusal.details };
      send(response, refusal.status, JSON.stringify(text), {
        'content-type': contentType,
        'x-amzn-errortype': type,
        // Clients of the older SQS protocol look for their error codes here.
        ...(prefix === 'AmazonSQS' && { 'x-amzn-query-error': `${queryCode(refusal.code)};Sender` }),
      });
    }
  }

  function answerQuery(request: IncomingMessage, response: ServerResponse, body: Buffer | 'too-large'): void {
    const parameters = new URLSearchParams(body === 'too-large' ? '' : body.toString('utf8'));
    const action = parameters.get('Action') ?? '';
    const service = queryService(emulators, parameters.get('Version') ?? '');
    const namespace = service?.namespace ?? '';
    try {
      if (body === 'too-large') throw new AwsError('RequestEntityTooLarge', 'the request is too large', 413);
      const caller = callerOf(request, body);
      if (service === undefined) {
        throw new AwsError(
          'InvalidAction',
          `the local run does not emulate the action "${action}" of this service`,
        );
      }
      if (caller !== undefined) access.requireOfCode(caller, service.access(action, parameters));
      const result = service.call(action, parameters, caller);
      send(response, 200, queryAnswer(namespace, action, result), AS_XML);
    } catch (error) {
      const refusal = toAwsError(error, action);
      const denied = refusal.code === 'AccessDeniedException';
      const text = queryError(namespace, queryCode(refusal.code), refusal.message);
      send(response, denied ? 403 : refusal.status, text, AS_XML);
    }
  }

  return answer;
}

const AS_XML = { 'content-type': 'text/xml' };

/** Aborted when the caller goes away before the answer. */
function whenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => {
    // Only a call without its answer is worth an abort, which builds an error.
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

function parseInput(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  try {
    return parseJsonObject(body.toString('utf8'));
  } catch (error) {
    throw new AwsError('SerializationException', messageOf(error));
  }
}

/** Codes of the query protocols, where they differ. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

function queryCode(code: string): string {
  return (Object.hasOwn(QUERY_CODES, code) ? QUERY_CODES[code] : undefined) ?? code;
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  headers: { 'content-type': string; [name: string]: string },
): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-length': String(Buffer.byteLength(text)),
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(text);
}
