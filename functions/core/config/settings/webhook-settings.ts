import * as v from 'valibot';
import { DESTINATION_FORMATS, isChat, PROFILES } from '../../model/config/destination.ts';
import { readHeaderNames } from '../parse-custom-headers.ts';
import { describeRetry, parseRetrySchedule, writeRetry } from '../retry-schedule.ts';
import {
  CHANNEL,
  DIGESTS,
  MIN_SEVERITY,
  NAME,
  REPEAT,
  RESOLVED,
  SYSTEM_ALERTS,
} from './destination-settings.ts';
import { choice, reading, text, yesOrNo } from './schemas.ts';
import type { WebhookDestination } from '../../model/config/destination.ts';
import type { Settings } from './setting.ts';
import { WEBHOOK_AUTH_SETTINGS } from './webhook-auth-settings.ts';

type Settable = Omit<WebhookDestination, 'id' | 'isEnabled' | 'version' | 'createdAt' | 'updatedAt'>;

const retry = reading((value, problems) => {
  const schedule = parseRetrySchedule(
    value === undefined ? 'standard' : typeof value === 'string' ? value : '',
  );
  if (typeof schedule !== 'string') return schedule;
  problems.push({ path: '', message: schedule });
  return { delaysSeconds: [] };
});

/** What an operator decides about a webhook destination. */
export const WEBHOOK_SETTINGS = {
  channel: CHANNEL,
  name: NAME,
  url: {
    schema: text('missing; expected an https:// url'),
    options: [
      {
        flag: '--url <url>',
        help: 'where to POST, https only',
        isRequired: true,
        question: { message: 'URL to post to (https://…)' },
      },
      { flag: '--url-stdin', help: 'read the URL from standard input: that of a chat is a secret' },
    ],
  },
  isPrivate: {
    schema: v.optional(yesOrNo),
    options: [
      {
        flag: '--private',
        help: 'the receiver is inside the VPC that the deployment names (docs/private-receivers.md)',
        updateHelp: 'it is inside the VPC that the deployment names from now on',
      },
      { flag: '--no-private', help: 'it is a public receiver again', only: 'update' },
    ],
    json: { key: 'is_private', of: ({ isPrivate }) => isPrivate === true },
    line: {
      label: 'network',
      of: ({ isPrivate }) => (isPrivate === true ? 'private: inside the VPC of the deployment' : undefined),
    },
  },
  profile: {
    schema: v.optional(choice(PROFILES), 'tocsin'),
    options: [
      {
        flag: '--profile <profile>',
        help: `headers of a known sender: ${PROFILES.join(', ')}`,
        updateHelp: 'headers of a known sender',
        usual: 'tocsin',
      },
    ],
    json: { key: 'profile', of: ({ profile }) => profile },
    line: { label: 'profile', of: ({ profile }) => profile },
  },
  format: {
    schema: v.optional(choice(DESTINATION_FORMATS)),
    options: [
      {
        flag: '--format <format>',
        help: `body: ${DESTINATION_FORMATS.join(', ')}`,
        updateHelp: 'body',
        usual: 'that of the profile',
        question: { message: 'What does the receiver understand?' },
      },
    ],
    json: { key: 'format', of: ({ format }) => format },
    line: { label: 'format', of: ({ format }) => format },
  },
  template: {
    schema: v.unknown(),
    when: [{ path: 'format', is: ['template'], words: 'format template' }],
    options: [
      {
        flag: '--template-file <file>',
        help: 'JSON of your own with {{placeholders}}',
        question: { message: 'File with the JSON template' },
      },
    ],
    json: { key: 'template', of: ({ template }) => template ?? null },
  },
  ...WEBHOOK_AUTH_SETTINGS,
  minSeverity: MIN_SEVERITY,
  repeat: REPEAT,
  resolved: RESOLVED,
  systemAlerts: SYSTEM_ALERTS,
  isDigesting: {
    ...DIGESTS,
    // Another format may be none that people read.
    belongsTo: 'format',
    json: {
      key: 'is_digesting',
      of: ({ format, isDigesting }) => isChat(format) && isDigesting !== false,
    },
    line: {
      label: 'digests',
      of: ({ format, isDigesting }) =>
        !isChat(format)
          ? undefined
          : isDigesting === false
            ? 'off: every alert is a message of its own, up to the hourly limit'
            : 'on: the alerts of a flood share messages',
    },
  },
  retry: {
    schema: v.pipe(v.unknown(), retry),
    options: [
      {
        flag: '--retry <schedule>',
        help: "standard (30s,2m,8m), none, persistent (up to 12h) or waits such as '30s,2m'",
        updateHelp: "standard, none, persistent or waits such as '30s,2m'",
        question: {
          message: 'When an attempt fails, try again',
          choices: [
            { value: 'standard', name: '3 times in 11 minutes', description: 'after 30 s, 2 min and 8 min' },
            { value: 'persistent', name: 'for up to a day', description: 'with waits that grow to 12 h' },
            { value: 'none', name: 'never', description: 'a failure is a dead letter at once' },
          ],
        },
      },
    ],
    written: ({ retry: { delaysSeconds } }) => writeRetry(delaysSeconds),
    json: { key: 'retry_delays_seconds', of: ({ retry: { delaysSeconds } }) => delaysSeconds },
    line: { label: 'retry', of: ({ retry: schedule }) => describeRetry(schedule) },
  },
  customHeaderNames: {
    schema: v.pipe(v.unknown(), reading(readHeaderNames)),
    json: { key: 'custom_header_names', of: ({ customHeaderNames }) => customHeaderNames },
    line: {
      label: 'headers',
      of: ({ customHeaderNames: names }) =>
        names.length === 0 ? undefined : `${names.join(', ')} (values not shown)`,
    },
  },
  customHeaders: {
    isSecret: true,
    options: [
      {
        flag: "--custom-header <'Name: value'>",
        path: 'customHeaderNames',
        help: 'header to send along, its value a secret; up to 20',
        updateHelp: 'these headers instead of all; none takes them away',
        takes: 'several',
      },
      {
        flag: '--custom-header-file <file>',
        path: 'customHeaderFile',
        help: "headers to send along, a 'Name: value' a line; no process list shows them",
        updateHelp: "the same from a file, a 'Name: value' a line",
      },
    ],
  },
  ca: {
    isSecret: true,
    options: [
      {
        flag: '--ca-file <file>',
        help: 'PEM of the private certificate authority of the receiver',
        updateHelp: 'PEM of the private certificate authority of the receiver or mail server',
      },
    ],
  },
} as const satisfies Settings<Settable>;
