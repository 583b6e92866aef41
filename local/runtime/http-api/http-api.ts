import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import type { Account } from '../../emulators/account.ts';
import { readBody } from '../../gateway/read-body.ts';
import type { InvocationResult } from '../lambda-environment.ts';
import type { TextBytesBehaviour } from './decode-body.ts';
import { apiMessage, httpAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import { httpEvent, splitTarget } from './http-event.ts';
import { createRouter } from './routes.ts';
import type { MatchedRoute, Route } from './routes.ts';
import { createThrottle } from './throttle.ts';
import type { ThrottleSettings } from './throttle.ts';

/** Quotas of an HTTP API (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html). */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 10_240;
/** Lambda's for a synchronous invocation; the body counts in base64 where it is that. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
export const MAX_INTEGRATION_MS = 30_000;

export type HttpApi = ReturnType<typeof createHttpApi>;

/** An HTTP API in front of functions: routes, payload format 2.0, its limits and its own answers. */
export function createHttpApi(options: {
  apiId: string;
  routes: readonly Route[];
  account: Account;
  clock: Clock;
  textBytes: TextBytesBehaviour;
  throttle?: ThrottleSettings;
}) {
  const mayPass =
    options.throttle === undefined ? () => true : createThrottle(options.throttle, options.clock);
  const findRoute = createRouter(options.routes);

  async function invoke(matched: MatchedRoute, event: unknown): Promise<HttpAnswer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => {
        resolve('late');
      }, matched.route.timeoutMs);
    });
    const result: InvocationResult | 'late' = await Promise.race([
      matched.route.lambda.invoke(event, 'caller'),
      late,
    ]);
    clearTimeout(timer);
    if (result === 'late' || result.kind === 'throttled') return apiMessage(503, 'Service Unavailable');
    return result.kind === 'answered' ? httpAnswer(result.payload) : apiMessage(500, 'Internal Server Error');
  }

  async function answerTo(request: IncomingMessage, requestId: string): Promise<HttpAnswer | 'gone'> {
    const headerBytes = request.rawHeaders.reduce((sum, part) => sum + part.length, request.url?.length ?? 0);
    if (headerBytes > MAX_HEADER_BYTES) return apiMessage(431, 'Request Header Fields Too Large');
    const matched = findRoute(request.method ?? 'GET', splitTarget(request.url ?? '/').path);
    if (matched === undefined) return apiMessage(404, 'Not Found');
    if (!mayPass()) return apiMessage(429, 'Too Many Requests');
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === 'gone') return 'gone';
    if (body === 'too-large') return apiMessage(413, 'Request Entity Too Large');
    const { apiId, account, clock, textBytes } = options;
    const nowMs = clock.now();
    const event = httpEvent({ request, body, matched, requestId, apiId, account, nowMs, textBytes });
    if (Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES) {
      return apiMessage(413, 'Request Entity Too Large');
    }
    return invoke(matched, event);
  }

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const answer = await answerTo(request, requestId);
    if (answer === 'gone' || response.destroyed) return;
    // A body that was not read to its end would be taken for the next request.
    if (!request.complete) response.setHeader('connection', 'close');
    response.writeHead(answer.status, {
      ...answer.headers,
      'apigw-requestid': requestId,
      'content-length': String(Buffer.byteLength(answer.body)),
      ...(answer.cookies.length > 0 && { 'set-cookie': answer.cookies }),
    });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  };
}
