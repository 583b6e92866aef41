import { quoted } from './problem.ts';
import { readTransport } from './parse-transport.ts';
import { EMAIL_SETTINGS } from './settings/email-settings.ts';
import { inOrder, readSettings } from './settings/setting.ts';
import { WEBHOOK_SETTINGS } from './settings/webhook-settings.ts';
import {
  CHAT_FORMATS,
  isChat,
  type EmailDestination,
  type Repeat,
  type Resolved,
  type WebhookAuth,
  type WebhookDestination,
} from '../model/config/destination.ts';
import type { Severity } from '../model/wire/severity.ts';
import type { Parsed, Problem } from './problem.ts';

type WebhookAuthType = WebhookAuth['type'];
type Given = 'id' | 'isEnabled' | 'version' | 'createdAt' | 'updatedAt';

/** What an operator decides about a destination; the rest is given by the gateway. */
export type EmailSettings = Omit<EmailDestination, Given>;
export type WebhookSettings = Omit<WebhookDestination, Given>;
type DestinationSettings = EmailSettings | WebhookSettings;

/** What the parser must be told, because other parts of the core own it. */
export type DestinationRules = {
  /** The guard's judgement of a URL, before any name is resolved: by the rules of the network that it is in. */
  parseUrl(text: string, isPrivate: boolean): { ok: true; url: URL } | { ok: false; problem: string };
  /** Why nothing can be private here; absent where it can. */
  noPrivateLane?: string | undefined;
  /** How the receivers of a format authenticate us, with the vendor's word for the credential; none: as told. */
  formatAuth?(format: string): { type: 'bearer'; credential: string } | { type: 'none' } | undefined;
  /** What is wrong with a template of the operator's, in words that follow "the template". */
  templateProblem?(text: string): string | undefined;
};

/**
 * The settings of a destination from what an operator wrote, with every problem and its path.
 *
 * `EMAIL_SETTINGS` and `WEBHOOK_SETTINGS` say what each setting may be; what several of them say together stands here.
 */
export function parseDestination(input: unknown, rules: DestinationRules): Parsed<DestinationSettings> {
  const problems: Problem[] = [];
  const isEmail =
    typeof input === 'object' && input !== null && 'channel' in input && input.channel === 'email';
  const value = isEmail ? readEmail(input, problems) : readWebhook(input, rules, problems);
  return problems.length > 0
    ? { ok: false, problems: inOrder(isEmail ? EMAIL_SETTINGS : WEBHOOK_SETTINGS, problems) }
    : { ok: true, value };
}

function readEmail(input: unknown, problems: Problem[]): EmailSettings {
  const given = readSettings(EMAIL_SETTINGS, input, problems);
  const transport = readTransport(given, problems);
  return {
    channel: 'email',
    name: given.name ?? '',
    recipients: given.recipients ?? [],
    ...readShared(given),
    ...(transport !== undefined && { transport }),
    ...(given.timeZone !== undefined && { timeZone: given.timeZone }),
  };
}

function readWebhook(input: unknown, rules: DestinationRules, problems: Problem[]): WebhookSettings {
  const given = readSettings(WEBHOOK_SETTINGS, input, problems);
  const profile = given.profile ?? 'tocsin';
  // A profile reproduces a known sender as a whole, so its body goes with its headers unless told otherwise.
  const format = given.format ?? profile;
  const type = readAuth(given['auth.type'], format, rules, problems);
  const template = readTemplate(given.template, format, rules, problems);
  const customHeaderNames = given.customHeaderNames ?? [];
  refuseSecondToken(customHeaderNames, type, problems);
  if (given.isDigesting === false && !isChat(format)) {
    problems.push({
      path: 'isDigesting',
      message: `goes with formats that people read (${CHAT_FORMATS.join(', ')}); format ${format} gets every alert as it comes`,
    });
  }
  return {
    channel: 'webhook',
    name: given.name ?? '',
    ...readShared(given),
    url: given.url === undefined ? '' : readUrl(given.url, given.isPrivate === true, rules, problems),
    ...(given.isPrivate === true && { isPrivate: true }),
    auth: { type },
    profile,
    format,
    ...(template !== undefined && { template }),
    retry: given.retry ?? { delaysSeconds: [] },
    customHeaderNames,
  };
}

/** What both channels have, as far as it was said. */
function readShared({
  minSeverity,
  repeat,
  resolved,
  isDigesting,
  systemAlerts,
}: {
  minSeverity?: Severity | undefined;
  repeat?: Repeat | undefined;
  resolved?: Resolved | undefined;
  isDigesting?: boolean | undefined;
  systemAlerts?: boolean | undefined;
}) {
  return {
    ...(minSeverity !== undefined && { minSeverity }),
    ...(repeat !== undefined && { repeat }),
    ...(resolved !== undefined && { resolved }),
    ...(isDigesting === false && { isDigesting: false }),
    ...(systemAlerts !== undefined && { systemAlerts }),
  };
}

function readAuth(
  given: WebhookAuthType | undefined,
  format: string,
  rules: DestinationRules,
  problems: Problem[],
): WebhookAuthType {
  const known = rules.formatAuth?.(format);
  const type = given ?? known?.type ?? 'hmac';
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

function readUrl(value: string, isPrivate: boolean, rules: DestinationRules, problems: Problem[]): string {
  if (isPrivate && rules.noPrivateLane !== undefined) {
    problems.push({ path: 'isPrivate', message: rules.noPrivateLane });
    return '';
  }
  const parsed = rules.parseUrl(value, isPrivate);
  if (parsed.ok) return parsed.url.href;
  problems.push({ path: 'url', message: parsed.problem });
  return '';
}

function refuseSecondToken(names: readonly string[], auth: WebhookAuthType, problems: Problem[]): void {
  for (const [index, name] of names.entries()) {
    if (auth !== 'bearer' || name.toLowerCase() !== 'authorization') continue;
    problems.push({
      path: `customHeaderNames[${index}]`,
      message: `${quoted(name)} is what auth bearer sends; leave it out or use auth none`,
    });
  }
}
