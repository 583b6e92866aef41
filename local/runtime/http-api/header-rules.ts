/**
 * The headers that API Gateway drops and renames on their way to a function and back. AWS documents the table for REST APIs ("Important
 * notes", https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html); an HTTP API was seen
 * to do the same to answers (`x-amzn-remapped-www-authenticate`), so the table holds for both here.
 */
const DROPPED_FROM_REQUESTS = new Set([
  'connection',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'proxy-connection',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

const DROPPED_FROM_ANSWERS = new Set([
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

/** The service sends some of these itself, and keeps what the function said under another name. */
const RENAMED_IN_ANSWERS = new Set([
  'authorization',
  'connection',
  'content-md5',
  'date',
  'host',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
]);

/** Whether a header of a request reaches the function. Names in lower case. */
export function reachesFunction(name: string): boolean {
  return !DROPPED_FROM_REQUESTS.has(name);
}

/** The headers of an answer as the sender gets them: `{'x-amzn-remapped-www-authenticate': 'Basic'}`. */
export function answerHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !DROPPED_FROM_ANSWERS.has(name))
      .map(([name, value]) => [RENAMED_IN_ANSWERS.has(name) ? `x-amzn-remapped-${name}` : name, value]),
  );
}
