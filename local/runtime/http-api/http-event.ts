import type { IncomingMessage } from 'node:http';
import type { Account } from '../../emulators/account.ts';
import type { JsonObject } from '../../json-object.ts';
import { decodeBody } from './decode-body.ts';
import type { TextBytesBehaviour } from './decode-body.ts';
import { reachesFunction } from './header-rules.ts';
import { decode } from './routes.ts';
import type { MatchedRoute } from './routes.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

type EventInput = {
  request: IncomingMessage;
  body: Buffer;
  matched: MatchedRoute;
  requestId: string;
  apiId: string;
  account: Account;
  nowMs: number;
  textBytes: TextBytesBehaviour;
};

/**
 * The event of payload format 2.0
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 *
 * Header names are lower case, repeated ones joined by commas; cookies have a list of their own. The path arrives
 * decoded, the query string as sent.
 */
export function httpEvent(input: EventInput): JsonObject {
  const { request, matched, account } = input;
  const { path, query } = splitTarget(request.url ?? '/');
  const { cookie, ...headers } = joinedHeaders(request.rawHeaders);
  const withLength =
    input.body.length > 0 ? { ...headers, 'content-length': String(input.body.length) } : headers;
  const parameters = queryParameters(query);
  const sourceIp = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const rawPath = decode(path);
  return {
    version: '2.0',
    routeKey: matched.route.key,
    rawPath,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/; ?/) }),
    headers: {
      ...withLength,
      // The addresses that the sender claims stand before the one that API Gateway saw.
      'x-forwarded-for': [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', '),
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(Object.keys(parameters).length > 0 && { queryStringParameters: parameters }),
    requestContext: {
      accountId: account.accountId,
      apiId: input.apiId,
      domainName: (request.headers.host ?? '').replace(/:\d+$/, ''),
      domainPrefix: input.apiId,
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: input.requestId,
      routeKey: matched.route.key,
      stage: '$default',
      time: clfTime(input.nowMs),
      timeEpoch: input.nowMs,
    },
    ...(Object.keys(matched.pathParameters).length > 0 && { pathParameters: matched.pathParameters }),
    ...decodeBody(input.body, headers, input.textBytes),
  };
}

/** Path and query of a request target, both as sent. */
export function splitTarget(target: string): { path: string; query: string } {
  const local = /^https?:\/\/[^/?#]*/i.test(target)
    ? target.replace(/^https?:\/\/[^/?#]*/i, '') || '/'
    : target;
  const mark = local.indexOf('?');
  return mark < 0 ? { path: local, query: '' } : { path: local.slice(0, mark), query: local.slice(mark + 1) };
}

function joinedHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const joined: Record<string, string> = {};
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (!reachesFunction(name)) continue;
    const separator = name === 'cookie' ? '; ' : ',';
    const before = Object.hasOwn(joined, name) ? joined[name] : undefined;
    // Not an assignment: a header may be called __proto__.
    Object.defineProperty(joined, name, {
      value: before === undefined ? value : `${before}${separator}${value}`,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return joined;
}

function queryParameters(query: string): Record<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = parameters.get(name);
    parameters.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(parameters);
}

/** `12/Mar/2026:19:03:58 +0000` */
function clfTime(epochMs: number): string {
  const at = new Date(epochMs);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()] ?? ''}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}
