import * as v from 'valibot';
import { AWS_EVENT_KINDS } from '../../model/config/aws-events.ts';
import { SIGNED_CONTENTS } from '../../model/config/source.ts';
import { readHeader, readTopics, readUsername } from '../parse-source-auth.ts';
import { choice, reading } from './schemas.ts';
import type { Condition, Settings } from './setting.ts';

const SOURCE_AUTH_TYPES = [
  'shared-secret',
  'hmac',
  'bearer',
  'basic',
  'sns',
  'routing-key',
  'aws-event',
  'none',
] as const;

const auth = (words: string, ...is: (typeof SOURCE_AUTH_TYPES)[number][]): Condition => ({
  path: 'auth.type',
  is,
  words,
});
const signed = (part: string): Condition => ({
  path: 'auth.signedContent',
  is: SIGNED_CONTENTS.filter((content) => content.includes(part)),
  words: 'hmac',
  refusal: (content) => `is not part of signed content ${content}`,
});
/** How a source's requests prove where they come from. */
export const SOURCE_AUTH_SETTINGS = {
  'auth.type': {
    schema: choice(SOURCE_AUTH_TYPES),
    options: [
      {
        flag: '--auth <type>',
        help: 'shared-secret, hmac, bearer, basic, sns, routing-key, aws-event or none',
        usual: "the format's own, else bearer",
      },
    ],
  },
  'auth.header': {
    schema: v.optional(v.pipe(v.unknown(), reading(readHeader))),
    options: [{ flag: '--header <name>', help: 'header that carries the shared secret or the signature' }],
    when: [auth('', 'shared-secret', 'hmac')],
    belongsTo: 'auth.type',
  },
  'auth.algorithm': {
    schema: v.optional(choice(['sha256', 'sha1']), 'sha256'),
    options: [{ flag: '--algorithm <name>', help: 'sha256 or sha1', usual: 'sha256' }],
    when: [auth('hmac', 'hmac')],
    belongsTo: 'auth.type',
  },
  'auth.signedContent': {
    schema: v.optional(choice(SIGNED_CONTENTS), 'body'),
    options: [
      {
        flag: '--signed-content <form>',
        help: `${SIGNED_CONTENTS.slice(0, -1).join(', ')} or ${SIGNED_CONTENTS.at(-1)}`,
        usual: 'body',
      },
    ],
    when: [auth('hmac', 'hmac')],
    belongsTo: 'auth.type',
  },
  'auth.timestampHeader': {
    schema: v.optional(v.pipe(v.unknown(), reading(readHeader))),
    options: [
      {
        flag: '--timestamp-header <name>',
        help: 'header with the signed timestamp; the same as --header where that holds it as t= or timestamp=',
      },
    ],
    when: [auth('hmac', 'hmac'), signed('timestamp')],
    belongsTo: 'auth.type',
  },
  'auth.idHeader': {
    schema: v.optional(v.pipe(v.unknown(), reading(readHeader))),
    options: [{ flag: '--id-header <name>', help: 'header with the signed id' }],
    when: [auth('hmac', 'hmac'), signed('id.')],
    belongsTo: 'auth.type',
  },
  'auth.username': {
    schema: v.pipe(v.unknown(), reading(readUsername)),
    options: [{ flag: '--username <name>', help: 'the user name' }],
    when: [auth('basic', 'basic')],
    belongsTo: 'auth.type',
  },
  'auth.topics': {
    schema: v.pipe(v.unknown(), reading(readTopics)),
    options: [
      {
        flag: '--topic <arn>',
        help: 'the ARN of a topic whose messages count; may be repeated, and replaces the list',
        takes: 'several',
      },
    ],
    when: [auth('sns', 'sns')],
    belongsTo: 'auth.type',
  },
  'auth.event': {
    schema: v.optional(choice(AWS_EVENT_KINDS)),
    options: [
      {
        flag: '--event <service>',
        help: `whose events EventBridge hands over: ${AWS_EVENT_KINDS.join(', ')}`,
      },
    ],
    when: [auth('aws-event', 'aws-event')],
    belongsTo: 'auth.type',
  },
} as const satisfies Settings<object>;
