import { isSecretName, REMOVED } from './secret-names.ts';

/** `https://key@host`, which is what a Sentry DSN is, and any other user and password in a URL. */
const USER_INFO = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@"'<>]{1,1024}@/giu;

/** `Authorization: Bearer …` on a line of its own or within a quoted argument, with the scheme that its value begins with. */
const HEADER_WITH_SCHEME =
  /\b((?:proxy-)?authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:bearer|basic|digest|token|apikey|api-key|negotiate|ntlm|hawk|splunk|geniekey|sso-key|aws4-hmac-sha256)\s{1,3})[^\r\n"']+/giu;
/** `Cookie: a=b; c=d`: the value ends with the line or the quote around it. */
const COOKIE = /\b((?:set-)?cookie["']?\s{0,3}:\s{0,3}["']?)(?=[^\s=;"']{1,200}=)[^\r\n"']+/giu;
/** `Bearer eyJ…` anywhere: a word with a digit in it, which no sentence has there. */
const BEARER = /\b(bearer\s{1,3})(?=[A-Za-z._~+/-]{0,200}\d)[\w.~+/=-]{8,8192}/giu;
/** A JSON Web Token: two parts that begin as encoded objects do. */
const JWT = /(?<![\w-])eyJ[\w-]{5,8192}\.[\w-]{2,16384}(?:\.[\w-]*)?/gu;
/** `name="two words"` and `"name": "two words"`, as in log lines and in JSON within a text, escaped or not. */
const QUOTED = /(?<![\w.-])([A-Za-z][\w.-]{1,60})(\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["'])([^"'\\\r\n]+)/gu;
/** `name=value` as in a query, a form or a command line, and a number in JSON. Which names count is asked afterwards. */
const BARE =
  /(?<![\w.-])([A-Za-z][\w.-]{1,60})(\s{0,2}=\s{0,2}|\\{0,3}["']\s{0,3}:\s{0,3}(?=-?\d))([^\s&"';,\\<>[\]]+)/gu;
/** `X-Api-Key: value`, a header by its name. */
const HEADER = /(?<![\w.-])(x-[a-z0-9-]{1,60}|[a-z]{1,30}-token)(\s{0,2}:\s{0,3})([^\s"']+)/giu;
/** In a text of several lines, one that is nothing but a name and a value. */
const LINE = /^[ \t>*-]{0,8}([A-Za-z][\w.-]{1,60})(\s{0,3}:[ \t]{0,3})([^\s[]\S*)[ \t]*$/gmu;
/** Where a private key begins, up to its end. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,40}-----)?/gu;
/** `curl -u user:password`. */
const CURL_USER = /((?:^|\s)(?:-u|--user)[\s=]["']?[^\s:"']{1,200}:)[^\s"']+/gu;

const MAY_HOLD_ONE = /@|=|:|bearer|eyJ|PRIVATE KEY/iu;

/** A text without the credentials that can be told from other words by where they stand. */
export function textWithoutSecrets(text: string): string {
  if (!MAY_HOLD_ONE.test(text)) {
    return text;
  }
  const cleaned = text
    .replace(PRIVATE_KEY, REMOVED)
    .replace(USER_INFO, `$1${REMOVED}@`)
    .replace(HEADER_WITH_SCHEME, `$1${REMOVED}`)
    .replace(COOKIE, `$1${REMOVED}`)
    .replace(BEARER, `$1${REMOVED}`)
    .replace(JWT, REMOVED)
    .replace(CURL_USER, `$1${REMOVED}`)
    .replace(QUOTED, withoutValue)
    .replace(BARE, withoutValue)
    .replace(HEADER, withoutValue);
  return text.includes('\n') ? cleaned.replace(LINE, withoutValue) : cleaned;
}

function withoutValue(whole: string, name: string, between: string, value: string): string {
  return isSecretName(lastPart(name))
    ? whole.slice(0, whole.lastIndexOf(value) - between.length) + between + REMOVED
    : whole;
}

/** Of `auth.password` the part that names the value. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
