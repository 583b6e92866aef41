import {
  CHANNELS,
  DESTINATION_FORMATS,
  PAUSE_REASONS,
  PROFILES,
  RECIPIENT_ROLES,
  SMTP_SECURITIES,
  type WebhookAuth,
} from '../model/config/destination.ts';
import { parseFieldExpression } from '../match/field-path.ts';
import { parseMatchers } from '../match/parse-matchers.ts';
import { DEFAULT_ROUTE_ID } from '../model/config/route.ts';
import { SEVERITIES, SEVERITY_SCALES } from '../model/wire/severity.ts';
import {
  MAPPED_FIELDS,
  SIGNED_CONTENTS,
  SOURCE_FORMATS,
  type SourceAuth,
  STREAM_TYPES,
  WEEKDAYS,
} from '../model/config/source.ts';
import type { ConfigKind } from '../model/config/unreadable-config.ts';
import { isTimeZone } from './time-zone.ts';
import {
  all,
  type Check,
  count,
  expects,
  flag,
  instant,
  isObject,
  list,
  mapOf,
  object,
  oneOf,
  optional,
  positive,
  type Shape,
  text,
  variants,
} from './value-checks.ts';

/**
 * The shape of configuration as this version writes it: every field, every closed list of values.
 *
 * A field that is not listed here is let pass. So a newer version may add one only where leaving it out tells more
 * people, and otherwise raises the version of the item (docs/decisions/0088).
 */
export function configProblem(kind: ConfigKind, config: unknown): string | undefined {
  return CHECKS[kind](config, '');
}

/** The parts of a route's condition that can be read. */
export function readableCondition(config: unknown): Record<string, unknown> {
  const condition = isObject(config) ? config['condition'] : undefined;
  return isObject(condition) ? readableFields(condition, CONDITION) : {};
}

/** What an unreadable destination still says of itself. */
export function readableDestination(config: unknown): Record<string, unknown> {
  return isObject(config)
    ? readableFields(config, { channel: oneOf(CHANNELS), minSeverity, recipients, isEnabled: flag })
    : {};
}

function readableFields(from: Record<string, unknown>, shape: Shape): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(from).filter(([name, value]) => {
      const check = Object.hasOwn(shape, name) ? shape[name] : undefined;
      return value !== undefined && check !== undefined && check(value, name) === undefined;
    }),
  );
}

const BASE: Shape = { id: text, name: text, createdAt: instant, updatedAt: instant };
const minSeverity = optional(oneOf(SEVERITIES));

const SOURCE_AUTH: Record<SourceAuth['type'], Shape> = {
  'shared-secret': { header: text },
  hmac: {
    header: text,
    algorithm: oneOf(['sha256', 'sha1']),
    signedContent: oneOf(SIGNED_CONTENTS),
    timestampHeader: optional(text),
    idHeader: optional(text),
  },
  bearer: {},
  basic: { username: text },
  sns: { topics: list(text, { isEmptyAllowed: false }) },
  'routing-key': {},
  none: {},
};

const calendar = object({
  days: list(oneOf(WEEKDAYS), { isEmptyAllowed: false }),
  from: expects('a time such as 08:00', isTime),
  to: expects('a time such as 18:00', isTime),
  timeZone: expects('a time zone', isTimeZone),
});

const SOURCE: Shape = {
  ...BASE,
  auth: all(variants('type', SOURCE_AUTH), signedHeaders),
  format: oneOf(SOURCE_FORMATS),
  streamType: oneOf(STREAM_TYPES),
  envelope: optional(text),
  unwrap: optional(text),
  mapping: optional(
    object({
      fields: mapOf(
        expects('a path', (value) => typeof value === 'string' && parseFieldExpression(value) !== undefined),
        oneOf(MAPPED_FIELDS),
      ),
      severityScale: oneOf(SEVERITY_SCALES),
      resolvedWhen: list(text),
    }),
  ),
  severityMap: optional(mapOf(oneOf(SEVERITIES))),
  linkHosts: optional(list(text)),
  defaultSeverity: oneOf(SEVERITIES),
  dedupWindowSeconds: count,
  schemas: optional(object({ documents: list(expects('JSON', isJson)), isStrict: flag })),
  rateLimit: optional(object({ perMinute: positive })),
  noDataAlarm: optional((value, path) =>
    value === 'off'
      ? undefined
      : object({ afterSeconds: positive, calendar: optional(calendar) })(value, path),
  ),
  secretVersion: optional(count),
  isEnabled: flag,
};

const DESTINATION: Shape = {
  ...BASE,
  channel: oneOf(CHANNELS),
  minSeverity,
  isEnabled: flag,
  pausedBecause: optional(oneOf(PAUSE_REASONS)),
  version: count,
};

const recipients = list(object({ address: text, role: oneOf(RECIPIENT_ROLES), isLocked: optional(flag) }), {
  isEmptyAllowed: false,
});

const EMAIL: Shape = {
  recipients,
  transport: optional(
    variants('type', {
      smtp: {
        host: text,
        port: expects('a port', (value) => Number.isInteger(value) && Number(value) > 0),
        security: oneOf(SMTP_SECURITIES),
        user: text,
        from: text,
      },
    }),
  ),
  isDigesting: optional(flag),
  timeZone: optional(expects('a time zone', isTimeZone)),
};

const WEBHOOK_AUTH: Record<WebhookAuth['type'], Shape> = {
  hmac: {},
  bearer: {},
  mtls: { notAfter: optional(instant) },
  none: {},
};

const WEBHOOK: Shape = {
  url: text,
  hasSecretUrl: optional(flag),
  auth: variants('type', WEBHOOK_AUTH),
  profile: oneOf(PROFILES),
  format: oneOf(DESTINATION_FORMATS),
  template: optional(text),
  retry: object({ delaysSeconds: list(count) }),
  customHeaderNames: list(text),
};

const CONDITION: Shape = {
  sourceIds: optional(list(text)),
  types: optional(list(text)),
  minSeverity,
  labels: optional(mapOf(text)),
  matchers: optional(list(expects('a matcher such as env!=dev', isMatcher))),
};

const ROUTE: Shape = {
  ...BASE,
  destinationIds: list(text),
  condition: object(CONDITION),
  isEnabled: optional(flag),
};

const CHECKS: Record<ConfigKind, Check> = {
  source: all(object(SOURCE), needs('format', 'mapping', 'mapping')),
  destination: all(
    object(DESTINATION),
    variants('channel', { email: EMAIL, webhook: WEBHOOK }),
    needs('format', 'template', 'template'),
  ),
  route: all(object(ROUTE), namesSomebody),
};

/** A field that one value of another field cannot do without. */
function needs(field: string, value: string, needed: string): Check {
  return (config) =>
    isObject(config) && config[field] === value && config[needed] === undefined
      ? `${needed} is missing; ${field} ${value} needs it`
      : undefined;
}

/** Headers that the signed content is put together from. */
function signedHeaders(auth: unknown, path: string): string | undefined {
  if (!isObject(auth) || auth['type'] !== 'hmac') return undefined;
  const signed = String(auth['signedContent']);
  return signed.includes('timestamp') && auth['timestampHeader'] === undefined
    ? `${path}.timestampHeader is missing; ${signed} needs it`
    : signed.startsWith('id.') && auth['idHeader'] === undefined
      ? `${path}.idHeader is missing; ${signed} needs it`
      : undefined;
}

/** Only the default route may be pointed to nobody. */
function namesSomebody(config: unknown): string | undefined {
  return isObject(config) && config['id'] !== DEFAULT_ROUTE_ID && Array.isArray(config['destinationIds'])
    ? list(text, { isEmptyAllowed: false })(config['destinationIds'], 'destinationIds')
    : undefined;
}

/** Its regular expression is looked at by the router, which alone has RE2 in its bundle. */
function isMatcher(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const { matchers, problems } = parseMatchers(value);
  return problems.length === 0 && matchers.length > 0;
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/u.test(value);
}

function isJson(value: unknown): boolean {
  try {
    return typeof value === 'string' && isObject(JSON.parse(value));
  } catch {
    return false;
  }
}
