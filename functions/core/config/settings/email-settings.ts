import * as v from 'valibot';
import { describeTransport, fromSchema, hostSchema, portSchema, userSchema } from '../parse-transport.ts';
import { SMTP_SECURITIES } from '../../model/config/destination.ts';
import { readRecipients } from '../parse-recipients.ts';
import { RECIPIENTS_IN_FILE } from '../file/recipients.ts';
import {
  CHANNEL,
  DIGESTS,
  MIN_SEVERITY,
  NAME,
  REPEAT,
  RESOLVED,
  SYSTEM_ALERTS,
} from './destination-settings.ts';
import { timeZoneProblem } from '../time-zone.ts';
import { choice, reading, rule, text } from './schemas.ts';
import type { EmailDestination } from '../../model/config/destination.ts';
import type { Condition, Settings } from './setting.ts';

type Settable = Omit<EmailDestination, 'id' | 'isEnabled' | 'version' | 'createdAt' | 'updatedAt'>;

const SMTP = { path: 'transport.type', is: ['smtp'], words: 'smtp' } as const satisfies Condition;

/** What an operator decides about an e-mail destination. */
export const EMAIL_SETTINGS = {
  channel: CHANNEL,
  name: NAME,
  recipients: {
    schema: v.pipe(v.unknown(), reading(readRecipients)),
    options: [
      {
        flag: '--to <addresses>',
        path: 'recipients.address',
        help: 'e-mail addresses, separated by commas',
        updateHelp: 'these addresses instead, separated by commas',
        isRequired: true,
        takes: 'commas',
        question: { message: 'Recipients, separated by commas' },
      },
      {
        flag: '--role <role>',
        path: 'recipients.role',
        help: 'what the mail tells them: it_admin, developer or executive',
        updateHelp: 'it_admin, developer or executive, for every address',
        usual: 'it_admin',
        question: {
          message: 'What should the mail tell them?',
          choices: [
            {
              value: 'it_admin',
              name: 'it_admin',
              description: 'what to do, in numbered steps, and all details',
            },
            {
              value: 'developer',
              name: 'developer',
              description: 'what happened, with every technical detail',
            },
            {
              value: 'executive',
              name: 'executive',
              description: 'impact and what was done; no technical tables',
            },
          ],
        },
      },
      {
        flag: '--locked',
        path: 'recipients.isLocked',
        help: 'they cannot leave by the unsubscribe link in the mail',
        only: 'create',
      },
      {
        flag: '--locked <addresses>',
        path: 'locked',
        help: 'these may not leave by the link in mails',
        takes: 'commas',
        only: 'update',
      },
      {
        flag: '--unlocked <addresses>',
        path: 'unlocked',
        help: 'these may again',
        takes: 'commas',
        only: 'update',
      },
    ],
    inFile: RECIPIENTS_IN_FILE,
    json: {
      key: 'recipients',
      of: ({ recipients }) =>
        recipients.map(({ address, role, isLocked = false }) => ({ address, role, is_locked: isLocked })),
    },
    line: {
      label: 'to',
      of: ({ recipients }) => recipients.map(({ address, role }) => `${address} (${role})`).join('\n'),
    },
  },
  minSeverity: MIN_SEVERITY,
  repeat: REPEAT,
  resolved: RESOLVED,
  systemAlerts: SYSTEM_ALERTS,
  isDigesting: {
    ...DIGESTS,
    json: { key: 'is_digesting', of: ({ isDigesting }) => isDigesting !== false },
    line: {
      label: 'digests',
      of: ({ isDigesting }) =>
        isDigesting === false
          ? 'off: every alert is a mail of its own, up to the hourly limit'
          : 'on: the alerts of a flood share mails',
    },
  },
  timeZone: {
    schema: v.optional(v.pipe(text('expected the name of a time zone'), rule(timeZoneProblem))),
    options: [
      {
        flag: '--time-zone <zone>',
        help: 'whose clock its mails show beside UTC, such as Europe/Berlin',
        updateHelp: 'whose clock its mails show beside UTC, such as Europe/Berlin; none for UTC alone',
      },
    ],
    none: 'none',
    json: { key: 'time_zone', of: ({ timeZone }) => timeZone ?? null },
    line: { label: 'time zone', of: ({ timeZone }) => timeZone },
  },
  'transport.type': {
    schema: choice(['ses', 'smtp']),
    options: [
      {
        flag: '--transport <way>',
        help: 'how the mails go out: ses or smtp',
        usual: 'ses',
        question: {
          message: 'How should the mails go out?',
          choices: [
            {
              value: 'ses',
              name: 'SES',
              description: 'Amazon SES, which tells about bounces and complaints',
            },
            {
              value: 'smtp',
              name: 'SMTP',
              description: 'a mail server that you have a user and password for',
            },
          ],
        },
      },
    ],
    json: { key: 'transport', of: ({ transport }) => transport ?? { type: 'ses' } },
    line: { label: 'through', of: ({ transport }) => describeTransport(transport) },
  },
  'transport.host': {
    schema: hostSchema,
    when: [SMTP],
    options: [
      {
        flag: '--smtp-host <name>',
        help: 'name of the mail server',
        question: { message: 'Mail server (such as smtp.gmail.com)' },
      },
    ],
  },
  'transport.port': {
    schema: portSchema,
    when: [SMTP],
    options: [
      {
        flag: '--smtp-port <port>',
        help: '587 (STARTTLS, the default) or 465 (TLS from the start)',
        question: { message: 'Port: 587 (STARTTLS) or 465 (TLS from the start)', default: '587' },
      },
    ],
  },
  'transport.security': {
    schema: v.optional(choice(SMTP_SECURITIES)),
    when: [SMTP],
    options: [
      {
        flag: '--smtp-security <way>',
        help: 'starttls or tls, for any other port',
        question: {
          message: 'How does TLS begin at that port?',
          choices: [
            { value: 'starttls', name: 'STARTTLS', description: 'as at 587; without it nothing is sent' },
            { value: 'tls', name: 'TLS from the start', description: 'as at 465' },
          ],
        },
      },
    ],
    // Another port says for itself how TLS begins there.
    belongsTo: 'transport.port',
  },
  'transport.user': {
    schema: userSchema,
    when: [SMTP],
    options: [
      {
        flag: '--smtp-user <user>',
        help: 'user name, often the e-mail address',
        question: { message: 'User name' },
      },
    ],
  },
  'transport.from': {
    schema: fromSchema,
    when: [SMTP],
    options: [
      {
        flag: '--from <address>',
        help: 'address that the mails come from',
        question: { message: 'Address that the mails come from' },
      },
    ],
    line: { label: 'from', of: ({ transport }) => transport?.from },
  },
  password: {
    isSecret: true,
    when: [SMTP],
    options: [{ flag: '--password-stdin', help: 'read the password from standard input' }],
  },
  ca: {
    isSecret: true,
    when: [SMTP],
    options: [
      {
        flag: '--ca-file <file>',
        help: 'PEM of the private certificate authority of the mail server',
        updateHelp: 'PEM of the private certificate authority of the receiver or mail server',
      },
    ],
  },
} as const satisfies Settings<Settable>;
