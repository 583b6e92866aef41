import { isFields, type Fields } from './read-fields.ts';

/** What stands where a secret stood: the reader sees that something was there. */
export const REMOVED = '[removed]';

/**
 * Names of fields that hold a credential, compared without case, `-` and `_`. Whole names only: `token_type` and
 * `secret_type` tell something, and are kept.
 */
const SECRET_NAMES = new Set([
  'accesstoken',
  'apikey',
  'authorization',
  'clientsecret',
  'cookie',
  'cookies',
  'dsn',
  'idtoken',
  'integrationkey',
  'passwd',
  'password',
  'privatekey',
  'proxyauthorization',
  'refreshtoken',
  'routingkey',
  'secret',
  'secretaccesskey',
  'servicekey',
  'sessiontoken',
  'setcookie',
  'xapikey',
]);
/** `https://key@host`, which is what a Sentry DSN is, and any other user and password in a URL. */
const USER_INFO = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@"'<>]{1,256}@/giu;

/**
 * The fields without what is a credential by its name, or stands inside a URL: details are stored, mailed and sent on.
 *
 * It is a net below the formats, which leave out what they know to be secret; free text is not searched for secrets.
 */
export function withoutSecrets(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cleaned(name, value)]));
}

function cleaned(name: string, value: unknown): unknown {
  if (isSecretName(name) && value !== null && typeof value !== 'boolean') {
    return REMOVED;
  }
  if (typeof value === 'string') {
    return value.includes('@') ? value.replace(USER_INFO, `$1${REMOVED}@`) : value;
  }
  if (Array.isArray(value)) {
    // Headers are often written as pairs: [["Authorization", "Bearer …"]].
    const [first, second] = value as unknown[];
    return value.length === 2 &&
      typeof first === 'string' &&
      typeof second === 'string' &&
      isSecretName(first)
      ? [first, REMOVED]
      : value.map((entry) => cleaned('', entry));
  }
  return isFields(value) ? withoutSecrets(value) : value;
}

function isSecretName(name: string): boolean {
  return SECRET_NAMES.has(name.toLowerCase().replace(/[-_]/gu, ''));
}
