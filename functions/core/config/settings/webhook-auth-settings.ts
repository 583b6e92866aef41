import * as v from 'valibot';
import type { WebhookDestination } from '../../model/config/destination.ts';
import { choice } from './schemas.ts';
import type { Condition, Settings } from './setting.ts';

const WEBHOOK_AUTH_TYPES = ['hmac', 'bearer', 'mtls', 'none'] as const;
const MTLS = { path: 'auth.type', is: ['mtls'], words: 'auth mtls' } as const satisfies Condition;

/** How a webhook's receiver knows that a request comes from us, and the secrets that prove it. */
export const WEBHOOK_AUTH_SETTINGS = {
  'auth.type': {
    schema: v.optional(choice(WEBHOOK_AUTH_TYPES)),
    options: [
      {
        flag: '--auth <type>',
        help: 'how the receiver knows that it is us: hmac, bearer, mtls or none',
        usual: 'that of the format, else hmac',
        only: 'create',
        question: {
          message: 'How does the receiver know that it is us?',
          choices: [
            {
              value: 'hmac',
              name: 'signature (hmac)',
              description: 'it verifies a signature; the secret is drawn here',
            },
            { value: 'bearer', name: 'bearer token', description: 'a token in the header Authorization' },
            {
              value: 'mtls',
              name: 'client certificate (mtls)',
              description: 'a certificate and key that you have as files',
            },
            {
              value: 'none',
              name: 'not at all',
              description: 'it cannot tell our requests from those of others',
            },
          ],
        },
      },
    ],
    json: { key: 'auth', of: ({ auth }) => auth },
    line: {
      label: 'auth',
      of: ({ auth }) =>
        auth.type === 'mtls' ? `mtls\ncertificate valid until ${auth.notAfter ?? 'unknown'}` : auth.type,
    },
  },
  certificate: {
    isSecret: true,
    when: [MTLS],
    options: [
      {
        flag: '--cert-file <file>',
        help: 'PEM of our certificate, and of those that vouch for it',
        updateHelp: 'PEM of our new certificate',
        question: { message: 'File with our certificate (PEM)' },
      },
    ],
  },
  key: {
    isSecret: true,
    when: [MTLS],
    options: [
      {
        flag: '--key-file <file>',
        help: 'PEM of its private key, not encrypted',
        question: { message: 'File with its private key (PEM)' },
      },
    ],
  },
  secret: {
    isSecret: true,
    when: [{ path: 'auth.type', is: ['bearer'], words: 'bearer' }],
    options: [
      {
        flag: '--secret-stdin',
        help: 'read the token or key that the receiver dictates from standard input',
        only: 'create',
      },
    ],
  },
} as const satisfies Settings<Pick<WebhookDestination, 'auth'>>;
