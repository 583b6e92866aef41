import { parseFieldExpression } from '../../match/field-path.ts';
import { AWS_EVENT_KINDS } from '../../model/config/aws-events.ts';
import {
  MAPPED_FIELDS,
  SIGNED_CONTENTS,
  SOURCE_FORMATS,
  type SourceAuth,
  STREAM_TYPES,
  WEEKDAYS,
} from '../../model/config/source.ts';
import { SEVERITIES, SEVERITY_SCALES } from '../../model/wire/severity.ts';
import { ALERTS_PER_MINUTE, DEDUP_WINDOW_SECONDS, NO_DATA_SECONDS } from '../bounds.ts';
import { dedupFieldProblem } from '../parse-dedup-by.ts';
import { isLinkHost } from '../parse-link-hosts.ts';
import { readEnvelope, readUnwrap } from '../parse-source-limits.ts';
import { readHeader, readTopics, readUsername } from '../parse-source-auth.ts';
import type { Problem } from '../problem.ts';
import { isTimeZone } from '../time-zone.ts';
import {
  all,
  count,
  expects,
  flag,
  isObject,
  list,
  mapOf,
  needs,
  object,
  oneOf,
  optional,
  type Shape,
  text,
  variants,
  within,
} from '../value-checks.ts';
import { BASE, type StoredKind } from './stored-kind.ts';

/** As it is looked up: in lower case, and one that a sender's own client or API Gateway does not fill in. */
const header = expects(
  'a header of a sender in lower case',
  (value) => value !== '' && isTaken(readHeader, value) && value === String(value).toLowerCase(),
);

const SOURCE_AUTH: Record<SourceAuth['type'], Shape> = {
  'shared-secret': { header },
  hmac: {
    header,
    algorithm: oneOf(['sha256', 'sha1']),
    signedContent: oneOf(SIGNED_CONTENTS),
    timestampHeader: optional(header),
    idHeader: optional(header),
  },
  bearer: {},
  basic: { username: expects('the user name of a sender', (value) => isTaken(readUsername, value)) },
  sns: { topics: expects('ARNs of topics', (value) => Array.isArray(value) && isTaken(readTopics, value)) },
  'routing-key': {},
  'aws-event': { event: oneOf(AWS_EVENT_KINDS) },
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
  envelope: optional(expects('a path', (value) => readEnvelope(value, []) !== undefined)),
  unwrap: optional(expects('base64json: and a path', (value) => readUnwrap(value, []) !== undefined)),
  mapping: optional(
    object({
      fields: mapOf(
        all(
          text,
          expects('a path', (value) => parseFieldExpression(String(value)) !== undefined),
        ),
        { key: oneOf(MAPPED_FIELDS) },
      ),
      severityScale: oneOf(SEVERITY_SCALES),
      resolvedWhen: list(text),
    }),
  ),
  severityMap: optional(mapOf(oneOf(SEVERITIES))),
  linkHosts: optional(list(expects('a host', (value) => typeof value === 'string' && isLinkHost(value)))),
  dedupBy: optional(
    list(expects('a path', (value) => typeof value === 'string' && dedupFieldProblem(value) === undefined)),
  ),
  tellsHandled: optional(flag),
  defaultSeverity: oneOf(SEVERITIES),
  dedupWindowSeconds: within(DEDUP_WINDOW_SECONDS),
  schemas: optional(
    object({ documents: list(expects('JSON', isJson), { isEmptyAllowed: false }), isStrict: flag }),
  ),
  rateLimit: optional(object({ perMinute: within(ALERTS_PER_MINUTE) })),
  noDataAlarm: optional((value, path) =>
    value === 'off'
      ? undefined
      : object({ afterSeconds: within(NO_DATA_SECONDS), calendar: optional(calendar) })(value, path),
  ),
  secretVersion: optional(count),
  isEnabled: flag,
};

export const STORED_SOURCE: StoredKind<'source'> = {
  kind: 'source',
  problem: all(object(SOURCE), needs('format', 'mapping', 'mapping')),
  seen: () => ({}),
};

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

/** Whether the commands take a value. */
function isTaken(read: (value: unknown, problems: Problem[]) => unknown, value: unknown): boolean {
  const problems: Problem[] = [];
  return read(value, problems) !== undefined && problems.length === 0;
}
