import type { MailServerSecret } from '../../core/deliver/email/smtp/mail-server.ts';
import type { Credential, WebhookSecret } from '../../core/model/config/credential.ts';
import {
  type Check,
  expects,
  instant,
  isObject,
  mapOf,
  object,
  optional,
  text,
} from '../../core/config/value-checks.ts';

/*
 * What secrets hold, as this version writes it. As for configuration: a field that is not listed is let pass, and a
 * version that writes what an older one must not pass over raises `schema_version`.
 */

const schema_version = optional(expects('1', (value) => value === 1));
const ROTATING = { previous: optional(text), previousNotAfter: optional(instant) };

/** What a secret holds, or what is wrong with it in words, none of which quotes it. */
export type SecretShape<T> = (value: unknown) => { value: T } | { problem: string };

/** A source's credential, and the key of the unsubscribe links. */
export const CREDENTIAL: SecretShape<Credential> = shape(
  object({ schema_version, current: text, ...ROTATING }),
);

/** What a destination keeps secret. What its auth needs of it is for `secretProblem`. */
export const DESTINATION_SECRET: SecretShape<WebhookSecret> = shape(
  object({
    schema_version,
    url: optional(text),
    current: optional(text),
    currentFrom: optional(instant),
    ...ROTATING,
    headers: optional(mapOf(expects('a string', (value) => typeof value === 'string'))),
    ca: optional(text),
    certificate: optional(text),
    key: optional(text),
  }),
);

/** What an e-mail destination keeps secret of its mail server. */
export const MAIL_SERVER_SECRET: SecretShape<MailServerSecret> = shape(
  object({ schema_version, current: text, ca: optional(text) }),
);

function shape(check: Check): SecretShape<never> {
  return (value) => {
    const problem = isObject(value) ? check(value, '') : 'it holds no JSON object';
    return problem === undefined ? { value: value as never } : { problem };
  };
}
