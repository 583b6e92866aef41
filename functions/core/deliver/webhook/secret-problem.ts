import type { WebhookDestination } from '../../model/config/destination.ts';
import type { WebhookSecret } from '../../model/config/credential.ts';

/** The part of its secret that a destination needs and does not find, in words: no request goes out without its proof. */
export function secretProblem(destination: WebhookDestination, secret: WebhookSecret): string | undefined {
  const { auth, customHeaderNames, hasSecretUrl } = destination;
  if ((auth.type === 'hmac' || auth.type === 'bearer') && secret.current === undefined) {
    return `its secret holds no credential, which auth ${auth.type} needs; rotate it to get one`;
  }
  if (auth.type === 'mtls' && (secret.certificate === undefined || secret.key === undefined)) {
    return 'its secret holds no client certificate with its key, which auth mtls needs';
  }
  if (hasSecretUrl === true && secret.url === undefined) {
    return 'its secret holds no URL, and its URL is kept secret';
  }
  const missing = customHeaderNames.filter((name) => secret.headers?.[name] === undefined);
  return missing.length === 0 ? undefined : `its secret holds no value of the header ${missing.join(', ')}`;
}
