/** A field name: `token` of RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What a value may hold: visible ASCII, spaces and tabs. Everything else is lost or mangled on some path. */
const VALUE = /^[\x20-\x7e\t]*$/;

/** Headers that the HTTP client and the server between us own; a value of ours would break the message. */
const HOP_BY_HOP = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'content-length',
]);

/** Headers that a delivery sets itself, beside everything that begins with one of the prefixes. */
const OWN_HEADERS = new Set(['user-agent', 'accept-encoding', 'forwarded', 'via']);
const OWN_PREFIXES = ['content-', 'webhook-', 'proxy-', 'tocsin-', 'x-panguard-', 'linuxguard-'];

const MAX_NAME_LENGTH = 128;
const MAX_VALUE_LENGTH = 4_096;

/** What is wrong with a header name, in words that follow the name; undefined when nothing is. */
export function headerNameProblem(name: string): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return `is longer than ${MAX_NAME_LENGTH} characters`;
  if (/\s/.test(name)) return 'contains white space; expected a header name such as X-Signature';
  if (!TOKEN.test(name)) return 'is not a header name (RFC 9110 token); expected one such as X-Signature';
  return undefined;
}

/** What a sender's own client fills in, or API Gateway on the way, or what it drops: none of it can be a credential. */
const FILLED_IN = new Set([
  'accept-encoding',
  'content-md5',
  'max-forwards',
  'proxy-authenticate',
  'proxy-connection',
  'server',
  'www-authenticate',
  'content-type',
  'content-encoding',
  'forwarded',
  'user-agent',
  'via',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-amzn-trace-id',
]);

/** Whether a header cannot hold a credential of a sender. */
export function isReservedForTransport(name: string): boolean {
  const lower = name.toLowerCase();
  return HOP_BY_HOP.has(lower) || FILLED_IN.has(lower);
}

/** Whether a custom header of a webhook would collide with what we or the HTTP client send. */
export function isReservedForDelivery(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    HOP_BY_HOP.has(lower) || OWN_HEADERS.has(lower) || OWN_PREFIXES.some((prefix) => lower.startsWith(prefix))
  );
}

/** What is wrong with a header value. The value itself is a secret and never part of the answer. */
export function headerValueProblem(value: string): string | undefined {
  if (value.trim() === '') return 'is empty';
  if (value.length > MAX_VALUE_LENGTH) return `is longer than ${MAX_VALUE_LENGTH} characters`;
  if (/[\r\n]/.test(value)) return 'contains a line break';
  if (!VALUE.test(value)) return 'contains characters outside printable ASCII';
  return undefined;
}
