import { PROFILES, RECIPIENT_ROLES } from '../model/config/destination.ts';
import { isSeverity, SEVERITIES } from '../model/wire/severity.ts';
import { customHeaderNameProblem, MAX_CUSTOM_HEADERS } from './parse-custom-headers.ts';
import { emailAddressProblem } from './email-address.ts';
import { quoted, readChoice, readFields, readName } from './problem.ts';
import { readTransport } from './parse-transport.ts';
import { parseRetrySchedule } from './retry-schedule.ts';
import type { EmailDestination, RecipientRole, WebhookDestination } from '../model/config/destination.ts';
import type { Severity } from '../model/wire/severity.ts';
import type { Fields, Parsed, Problem } from './problem.ts';

type Given = 'id' | 'isEnabled' | 'version' | 'createdAt' | 'updatedAt';

/** What an operator decides about a destination; the rest is given by the gateway. */
export type EmailSettings = Omit<EmailDestination, Given>;
export type WebhookSettings = Omit<WebhookDestination, Given>;
export type DestinationSettings = EmailSettings | WebhookSettings;

/** What the parser must be told, because other parts of the core own it. */
export type DestinationRules = {
  /** Names of the formats that webhooks can have. */
  formats: readonly string[];
  /** The guard's judgement of a URL, before any name is resolved. */
  parseUrl(text: string): { ok: true; url: URL } | { ok: false; problem: string };
  /** How the receivers of a format authenticate us, with the vendor's word for the credential; none: as told. */
  formatAuth?(format: string): { type: 'bearer'; credential: string } | { type: 'none' } | undefined;
  /** What is wrong with a template of the operator's, in words that follow "the template". */
  templateProblem?(text: string): string | undefined;
};

const EMAIL_FIELDS = ['channel', 'name', 'recipients', 'transport', 'minSeverity', 'isDigesting'] as const;
const WEBHOOK_FIELDS = [
  'channel',
  'name',
  'url',
  'auth',
  'profile',
  'format',
  'template',
  'retry',
  'customHeaderNames',
  'minSeverity',
] as const;
const MAX_RECIPIENTS = 50;

/**
 * The settings of a destination from what an operator wrote, with every problem and its path.
 *
 * Shape: `{channel: 'email', name, recipients: [{address, role?, isLocked?}], transport?, isDigesting?,
 * minSeverity?}` or
 * `{channel: 'webhook', name, url, auth?: {type}, profile?, format?, template?, retry?: 'standard', customHeaderNames?,
 * minSeverity?}`.
 */
export function parseDestination(input: unknown, rules: DestinationRules): Parsed<DestinationSettings> {
  const problems: Problem[] = [];
  const isEmail =
    typeof input === 'object' && input !== null && 'channel' in input && input.channel === 'email';
  const fields = readFields(input, '', isEmail ? EMAIL_FIELDS : WEBHOOK_FIELDS, problems);
  const channel = readChoice(fields['channel'], ['email', 'webhook'] as const, 'channel', problems);
  const name = readName(fields['name'], 'name', problems);
  const minSeverity = readMinSeverity(fields['minSeverity'], 'minSeverity', problems);
  const base = { name, ...(minSeverity !== undefined && { minSeverity }) };
  const value: DestinationSettings =
    channel === 'email'
      ? { ...base, channel, ...readEmail(fields, problems) }
      : { ...base, channel: 'webhook', ...readWebhook(fields, rules, problems) };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value };
}

/** A threshold, or none. */
export function readMinSeverity(value: unknown, path: string, problems: Problem[]): Severity | undefined {
  if (value === undefined || isSeverity(value)) return value;
  problems.push({ path, message: `${quoted(value)} is not known; expected one of ${SEVERITIES.join(', ')}` });
  return undefined;
}

function readEmail(
  fields: Fields,
  problems: Problem[],
): Pick<EmailDestination, 'recipients' | 'transport' | 'isDigesting'> {
  const recipients = readRecipients(fields['recipients'], problems);
  const transport = readTransport(fields['transport'], problems);
  const isDigesting = fields['isDigesting'] ?? true;
  if (typeof isDigesting !== 'boolean')
    problems.push({ path: 'isDigesting', message: `${quoted(isDigesting)} is neither true nor false` });
  return {
    recipients,
    ...(transport !== undefined && { transport }),
    ...(isDigesting === false && { isDigesting }),
  };
}

function readRecipients(input: unknown, problems: Problem[]): EmailDestination['recipients'] {
  if (!Array.isArray(input) || input.length === 0) {
    problems.push({ path: 'recipients', message: 'missing; expected at least one e-mail address' });
    return [];
  }
  if (input.length > MAX_RECIPIENTS) {
    problems.push({
      path: 'recipients',
      message: `${input.length} addresses; expected at most ${MAX_RECIPIENTS}`,
    });
  }
  const seen = new Set<string>();
  return input.map((entry: unknown, index) => {
    const path = `recipients[${index}]`;
    const fields = readFields(entry, path, ['address', 'role', 'isLocked'], problems);
    const role: RecipientRole =
      readChoice(fields['role'], RECIPIENT_ROLES, `${path}.role`, problems, 'it_admin') ?? 'it_admin';
    const address = typeof fields['address'] === 'string' ? fields['address'] : '';
    const problem = emailAddressProblem(address);
    if (problem !== undefined)
      problems.push({ path: `${path}.address`, message: `${quoted(address)} ${problem}` });
    if (seen.has(address.toLowerCase()))
      problems.push({ path: `${path}.address`, message: `${quoted(address)} is there twice` });
    seen.add(address.toLowerCase());
    const isLocked = fields['isLocked'] ?? false;
    if (typeof isLocked !== 'boolean')
      problems.push({ path: `${path}.isLocked`, message: `${quoted(isLocked)} is neither true nor false` });
    return { address, role, ...(isLocked === true && { isLocked }) };
  });
}

function readWebhook(
  fields: Fields,
  rules: DestinationRules,
  problems: Problem[],
): Omit<WebhookSettings, 'channel' | 'name' | 'minSeverity'> {
  const profile = readChoice(fields['profile'], PROFILES, 'profile', problems, 'tocsin') ?? 'tocsin';
  // A profile reproduces a known sender as a whole, so its body goes with its headers unless told otherwise.
  const format = readChoice(fields['format'], rules.formats, 'format', problems, profile) ?? profile;
  const type = readAuth(fields['auth'], format, rules, problems);
  const template = readTemplate(fields['template'], format, rules, problems);
  const customHeaderNames = readHeaderNames(fields['customHeaderNames'], type, problems);
  return {
    url: readUrl(fields['url'], rules, problems),
    auth: { type },
    profile,
    format,
    ...(template !== undefined && { template }),
    retry: readRetry(fields['retry'], problems),
    customHeaderNames,
  };
}

function readAuth(
  value: unknown,
  format: string,
  rules: DestinationRules,
  problems: Problem[],
): 'hmac' | 'bearer' | 'mtls' | 'none' {
  const fields = readFields(value ?? {}, 'auth', ['type'], problems);
  const known = rules.formatAuth?.(format);
  const usual = known?.type ?? 'hmac';
  const type =
    readChoice(fields['type'], ['hmac', 'bearer', 'mtls', 'none'] as const, 'auth.type', problems, usual) ??
    usual;
  if (known?.type === 'bearer' && type !== 'bearer') {
    problems.push({
      path: 'auth.type',
      message: `${quoted(type)} does not go with format ${format}, which sends ${known.credential}; leave it out`,
    });
  }
  return type;
}

function readTemplate(
  value: unknown,
  format: string,
  rules: DestinationRules,
  problems: Problem[],
): string | undefined {
  const refuse = (message: string): undefined => void problems.push({ path: 'template', message });
  if (format !== 'template') {
    return value === undefined ? undefined : refuse(`goes with format template only, not with ${format}`);
  }
  if (typeof value !== 'string') return refuse('missing; format template needs the JSON to send');
  const problem = rules.templateProblem?.(value);
  return problem === undefined ? value : refuse(`the template ${problem}`);
}

function readUrl(value: unknown, rules: DestinationRules, problems: Problem[]): string {
  if (typeof value !== 'string' || value === '') {
    problems.push({ path: 'url', message: 'missing; expected an https:// url' });
    return '';
  }
  const parsed = rules.parseUrl(value);
  if (parsed.ok) return parsed.url.href;
  problems.push({ path: 'url', message: parsed.problem });
  return '';
}

function readRetry(value: unknown, problems: Problem[]): WebhookSettings['retry'] {
  const schedule = parseRetrySchedule(
    value === undefined ? 'standard' : typeof value === 'string' ? value : '',
  );
  if (typeof schedule !== 'string') return schedule;
  problems.push({ path: 'retry', message: schedule });
  return { delaysSeconds: [] };
}

function readHeaderNames(value: unknown, auth: string, problems: Problem[]): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.push({ path: 'customHeaderNames', message: 'must be a list of header names' });
    return [];
  }
  if (value.length > MAX_CUSTOM_HEADERS) {
    problems.push({
      path: 'customHeaderNames',
      message: `${value.length} headers; expected at most ${MAX_CUSTOM_HEADERS}`,
    });
  }
  const seen = new Set<string>();
  return value.map((entry: unknown, index) => {
    const name = typeof entry === 'string' ? entry : '';
    const path = `customHeaderNames[${index}]`;
    const isTwice = seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    const problem = isTwice
      ? 'is there twice (case does not matter)'
      : auth === 'bearer' && name.toLowerCase() === 'authorization'
        ? 'is what auth bearer sends; leave it out or use auth none'
        : customHeaderNameProblem(name);
    if (problem !== undefined) problems.push({ path, message: `${quoted(name)} ${problem}` });
    return name;
  });
}
