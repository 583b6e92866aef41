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
/** The same behind a delimiter of LEEF or of a table: `sev=5^passwd=value^msg=a`. */
const DELIMITED = /(?<=[\^|])([A-Za-z][\w.-]{1,60})(=)([^\s&"';,\\<>[\]^|]+)/gu;
/** `--token value` of a command line, whose value is no option. */
const OPTION = /(?<![\w-])--?([a-z][\w-]{2,60})(\s{1,3}["']?)((?!-)[^\s"']+)/giu;
/** `mysql -u root -pvalue`, `sshpass -p value`, `redis-cli -a value`. */
const TOOL =
  /\b((?:mysql\w{0,10}|mariadb[\w-]{0,10})\s[^\n|;&]{0,300}?(?<=\s)-p|sshpass\s{1,3}-p\s{0,3}|redis-cli\s[^\n|;&]{0,300}?(?<=\s)-a\s{1,3})(["']?)[^\s"']+/giu;
/** What signs a URL stands for a password until it ends: S3, Google, Azure. */
const SIGNED = /([?&](?:sig|x-amz-signature|x-goog-signature)=)[^&\s"'<>]+/giu;
/** CEF names its free fields beside them: `cs1Label=apiKey cs1=value`. */
const LABEL = /(?<![\w.])([A-Za-z]\w{0,20})Label=([^\s=|]{1,60})/gu;

const NEXT_NAME = /\n|\s[\w.-]{1,60}=/gu;

/** `X-Api-Key: value`, a header by its name. */
const HEADER = /(?<![\w.-])(x-[a-z0-9-]{1,60}|[a-z]{1,30}-token)(\s{0,2}:\s{0,3})([^\s"']+)/giu;
/** In a text of several lines, one that is nothing but a name and a value. */
const LINE = /^[ \t>*-]{0,8}([A-Za-z][\w.-]{1,60})(\s{0,3}:[ \t]{0,3})([^\s[]\S*)[ \t]*$/gmu;
/** Where a private key begins, up to its end. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,40}-----)?/gu;
/** `curl -u user:password`. */
const CURL_USER = /((?:^|\s)(?:-u|--user)[\s=]["']?[^\s:"']{1,200}:)[^\s"']+/gu;

/** One of these is in every text in which a pattern with a word of its own finds something. */
const WORD = /bearer|eyJ|PRIVATE KEY|authorization|cookie|x-|-token/iu;
const QUOTE = /["']/u;
const DELIMITER = /[\^|]/u;
const MAX_LABELS = 20;

/**
 * A text without the credentials that can be told from other words by where they stand.
 *
 * A pattern is tried where the text holds the signs that it cannot do without: most texts hold no more than the colons of a
 * time, and a body has ten thousand records.
 */
export function textWithoutSecrets(text: string): string {
  const hasWord = WORD.test(text);
  const hasColon = text.includes(':');
  const hasEquals = text.includes('=');
  // A text has many spaces, each of which the second search stops at; most have no hyphen.
  const hasOption = text.includes('-') && text.includes(' -');
  if (!hasWord && !hasColon && !hasEquals && !hasOption) return text;
  const hasQuote = QUOTE.test(text);
  let left = text;
  if (hasWord) left = left.replace(PRIVATE_KEY, REMOVED);
  if (hasColon && text.includes('@')) left = left.replace(USER_INFO, `$1${REMOVED}@`);
  if (hasWord) {
    left = left
      .replace(HEADER_WITH_SCHEME, `$1${REMOVED}`)
      .replace(COOKIE, `$1${REMOVED}`)
      .replace(BEARER, `$1${REMOVED}`)
      .replace(JWT, REMOVED);
  }
  if (hasColon && text.includes('-u')) left = left.replace(CURL_USER, `$1${REMOVED}`);
  if (hasOption) left = left.replace(TOOL, `$1$2${REMOVED}`).replace(OPTION, withoutValue);
  if (hasEquals) left = withoutLabelled(left);
  if (hasQuote) left = left.replace(QUOTED, withoutValue);
  if (hasQuote || hasEquals) left = left.replace(BARE, withoutValue);
  if (hasEquals && DELIMITER.test(left)) left = left.replace(DELIMITED, withoutValue);
  if (hasEquals && left.includes('?')) left = left.replace(SIGNED, `$1${REMOVED}`);
  if (hasWord && hasColon) left = left.replace(HEADER, withoutValue);
  return hasColon && text.includes('\n') ? left.replace(LINE, withoutValue) : left;
}

function withoutLabelled(text: string): string {
  if (!text.includes('Label=')) return text;
  return [...text.matchAll(LABEL)]
    .filter(([, , label = '']) => isSecretName(label))
    .slice(0, MAX_LABELS)
    .reduce((left, [, name = '']) => withoutAttribute(left, name), text);
}

/** A value of CEF ends where the next name begins. */
function withoutAttribute(text: string, name: string): string {
  const at = [' ', '|', '\t'].map((before) => text.indexOf(`${before}${name}=`)).find((found) => found >= 0);
  if (at === undefined) return text;
  const start = at + name.length + 2;
  NEXT_NAME.lastIndex = start;
  const end = NEXT_NAME.exec(text)?.index ?? text.length;
  return text.slice(0, start) + REMOVED + text.slice(end);
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
