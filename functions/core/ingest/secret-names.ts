/** What stands where a secret stood: the reader sees that something was there. */
export const REMOVED = '[removed]';

/**
 * How names of fields end that hold a credential, as words: `db_password`, `clientSecret`, `X-Api-Key`, `AWS_SESSION_TOKEN`.
 * Ends only: `token_type`, `secret_type` and `password_changed` tell something, and are kept.
 */
const SECRET_ENDS = [
  'access key secret',
  'account key',
  'api key',
  'app key',
  'application key',
  'auth',
  'auth key',
  'authorization',
  'bearer',
  'connection string',
  'cookie',
  'cookies',
  'credential',
  'credentials',
  'dsn',
  'encryption key',
  'id token',
  'integration key',
  'jwt',
  'licence key',
  'license key',
  'master key',
  'pass phrase',
  'passphrase',
  'passwd',
  'password',
  'passwords',
  'private key',
  'pwd',
  'routing key',
  'sas',
  'secret',
  'secret access key',
  'secret key',
  'secrets',
  'security token',
  'service key',
  'session key',
  'shared access key',
  'signing key',
  'ssh key',
  'subscription key',
  'token',
  'tokens',
  'webhook key',
];

/** Names without anything between their words: `apikey`, `XAPIKEY`, `clientsecret`. */
const JOINED_ENDS = [
  'accesstoken',
  'apikey',
  'authtoken',
  'clientsecret',
  'idtoken',
  'integrationkey',
  'password',
  'passwd',
  'privatekey',
  'proxyauthorization',
  'refreshtoken',
  'routingkey',
  'secretaccesskey',
  'secretkey',
  'servicekey',
  'sessiontoken',
  'setcookie',
];

/** Ends of `SECRET_ENDS` that more often name a fact than a credential when other words stand before them. */
const ALONE_ONLY = new Set(['auth', 'bearer', 'sas', 'credential']);

const SPACED = new Set(SECRET_ENDS);
const MAX_NAME_CHARACTERS = 100;
const known = new Map<string, boolean>();
const MAX_KNOWN = 5_000;

/** Whether a field of this name, or a header, holds a credential. */
export function isSecretName(name: string): boolean {
  if (name.length > MAX_NAME_CHARACTERS) return false;
  let isSecret = known.get(name);
  if (isSecret === undefined) {
    isSecret = judged(name);
    // Names are the sender's, and without end.
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(name, isSecret);
  }
  return isSecret;
}

function judged(name: string): boolean {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, ' ')
    .trim()
    .split(' ');
  const last = words.at(-1) ?? '';
  const isEnd = [1, 2, 3].some((count) => {
    const end = words.slice(-count).join(' ');
    return SPACED.has(end) && (!ALONE_ONLY.has(end) || words.length === 1);
  });
  return isEnd || JOINED_ENDS.some((end) => last.endsWith(end) || words.join('').endsWith(end));
}
