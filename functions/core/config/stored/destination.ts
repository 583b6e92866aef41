import {
  type Channel,
  CHANNELS,
  DESTINATION_FORMATS,
  PAUSE_REASONS,
  PROFILES,
  type Recipient,
  RECIPIENT_ROLES,
  RESOLVED_CHOICES,
  SMTP_SECURITIES,
  type WebhookAuth,
} from '../../model/config/destination.ts';
import { SEVERITIES, type Severity } from '../../model/wire/severity.ts';
import { MAX_RECIPIENTS, MAX_RETRY_STEPS, PORT, REPEAT_SECONDS, RETRY_STEP_SECONDS } from '../bounds.ts';
import { emailAddressProblem } from '../email-address.ts';
import { isTimeZone } from '../time-zone.ts';
import {
  all,
  type Check,
  count,
  expects,
  flag,
  instant,
  list,
  needs,
  object,
  oneOf,
  optional,
  type Shape,
  text,
  variants,
  within,
} from '../value-checks.ts';
import { BASE, readableFields, type StoredKind } from './stored-kind.ts';

const minSeverity = optional(oneOf(SEVERITIES));
const repeat: Check = (value, path) =>
  typeof value === 'string'
    ? oneOf(['every', 'change'])(value, path)
    : object({ afterSeconds: within(REPEAT_SECONDS) })(value, path);

const DESTINATION: Shape = {
  ...BASE,
  channel: oneOf(CHANNELS),
  minSeverity,
  repeat: optional(repeat),
  resolved: optional(oneOf(RESOLVED_CHOICES)),
  isDigesting: optional(flag),
  systemAlerts: optional(flag),
  isEnabled: flag,
  pausedBecause: optional(oneOf(PAUSE_REASONS)),
  version: count,
};

/** SES passes what stands in an address to the wire, line breaks too. */
const address = expects(
  'an e-mail address',
  (value) => typeof value === 'string' && emailAddressProblem(value) === undefined,
);

const recipients = all(
  list(object({ address, role: oneOf(RECIPIENT_ROLES), isLocked: optional(flag) }), {
    isEmptyAllowed: false,
    most: MAX_RECIPIENTS,
  }),
  eachOnce,
);

/** Each recipient has one delivery of an alert. */
function eachOnce(listed: unknown, path: string): string | undefined {
  const addresses = (listed as Recipient[]).map((one) => one.address.toLowerCase());
  return new Set(addresses).size === addresses.length ? undefined : `${path} has an address twice`;
}

const EMAIL: Shape = {
  recipients,
  transport: optional(
    variants('type', {
      smtp: {
        host: text,
        port: within(PORT),
        security: oneOf(SMTP_SECURITIES),
        user: text,
        from: address,
      },
    }),
  ),
  timeZone: optional(expects('a time zone', isTimeZone)),
};

const WEBHOOK_AUTH: Record<WebhookAuth['type'], Shape> = {
  hmac: {},
  bearer: {},
  mtls: { notAfter: optional(instant) },
  none: {},
};

/** What stands in it, whoever posts looks at: `WHOLE_DESTINATION`. */
const template = expects('a string', (value) => typeof value === 'string' && value !== '');

const WEBHOOK: Shape = {
  url: text,
  isPrivate: optional(flag),
  hasSecretUrl: optional(flag),
  auth: variants('type', WEBHOOK_AUTH),
  profile: oneOf(PROFILES),
  format: oneOf(DESTINATION_FORMATS),
  template: optional(template),
  retry: object({ delaysSeconds: list(within(RETRY_STEP_SECONDS), { most: MAX_RETRY_STEPS }) }),
  customHeaderNames: list(text),
};

export const STORED_DESTINATION: StoredKind<'destination'> = {
  kind: 'destination',
  problem: all(
    object(DESTINATION),
    variants('channel', { email: EMAIL, webhook: WEBHOOK }),
    needs('format', 'template', 'template'),
  ),
  seen: (item, isNewer) => {
    const readable = readableFields(item['config'], {
      channel: oneOf(CHANNELS),
      minSeverity,
      recipients,
      isEnabled: flag,
    });
    const addressed = (readable['recipients'] as Recipient[] | undefined) ?? [];
    return {
      ...(readable['channel'] !== undefined && { channel: readable['channel'] as Channel }),
      recipients: addressed.map(({ address }) => address),
      ...(!isNewer &&
        readable['minSeverity'] !== undefined && { minSeverity: readable['minSeverity'] as Severity }),
      isDisabled: readable['isEnabled'] === false,
    };
  },
};
