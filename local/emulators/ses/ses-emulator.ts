import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { Account } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { escapeXml } from '../query-protocol.ts';
import { openMailbox, type MailToSend } from './mailbox.ts';
import { eventsOf, isSimulator, type SesEvent } from './mail-events.ts';
import { composeMime, headerOf, splitAddresses } from './mime-headers.ts';

export type SesEmulator = ReturnType<typeof openSes>;

const DAY_MS = 86_400_000;

/** What the account may send. */
type SendingLimits = { perDay: number; perSecond: number };

/**
 * Where an account stands: every new one is in the sandbox of its region, and sends to verified addresses only.
 *
 * https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html and
 * https://docs.aws.amazon.com/ses/latest/dg/quotas.html
 */
export type SesAccess = 'sandbox' | 'production';

const LIMITS: Readonly<Record<SesAccess, SendingLimits>> = {
  sandbox: { perDay: 200, perSecond: 1 },
  production: { perDay: 50_000, perSecond: 14 },
};

/** The values of `Name.member.1`, `Name.member.2`, … of a query request. */
function members(parameters: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = parameters.get(`${name}.member.${index}`);
    if (value === null) return values;
    values.push(value);
  }
}

type Envelope = { source: string | undefined; recipients: string[] };

/** Who a call sends as and to: the parameters say it, for a raw mail else its headers. */
function envelopeOf(action: string, parameters: URLSearchParams): Envelope {
  if (action === 'SendEmail') {
    const recipients = ['To', 'Cc', 'Bcc'].flatMap((kind) =>
      members(parameters, `Destination.${kind}Addresses`),
    );
    return { source: parameters.get('Source') ?? undefined, recipients };
  }
  const raw = Buffer.from(parameters.get('RawMessage.Data') ?? '', 'base64');
  const destinations = members(parameters, 'Destinations');
  const inHeaders = ['To', 'Cc', 'Bcc'].flatMap((name) => splitAddresses(headerOf(raw, name)));
  return {
    source: parameters.get('Source') ?? headerOf(raw, 'From'),
    recipients: destinations.length > 0 ? destinations : inHeaders,
  };
}

/** The values of `Tags.member.1.Name` and `.Value`, and so on. */
function tagsOf(parameters: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let index = 1; ; index += 1) {
    const name = parameters.get(`Tags.member.${index}.Name`);
    if (name === null) return tags;
    tags[name] = parameters.get(`Tags.member.${index}.Value`) ?? '';
  }
}

/**
 * SES version 1, the part that the stack and its operators use. Mails are kept, never sent.
 *
 * The account has production access unless it is told otherwise: any recipient is taken. Those of the mailbox simulator
 * bounce and complain by event. Answers are the inner XML of `<ActionResult>`.
 */
export function openSes(options: { db: DatabaseSync; clock: Clock; account: Account }) {
  const { clock } = options;
  const mailbox = openMailbox(options.db, clock, options.account);
  let publish: (configurationSet: string, event: SesEvent) => void = () => undefined;
  let standing: SesAccess = 'production';
  const limits: SendingLimits = { ...LIMITS.production };
  // Nobody who floods a gateway on a laptop waits for a rate: it holds once somebody asked for it.
  let isRateHeld = false;

  /** Recipients count, not mails. */
  function refuseOverLimits(recipients: number): void {
    const now = clock.now();
    if (mailbox.sentSince(now - DAY_MS) + recipients > limits.perDay) {
      throw new AwsError('Throttling', 'Daily message quota exceeded.');
    }
    if (isRateHeld && mailbox.sentSince(now - 1_000) + recipients > limits.perSecond) {
      throw new AwsError('Throttling', 'Maximum sending rate exceeded.');
    }
  }

  /** Takes a mail, and publishes what becomes of it when it is sent through a configuration set. */
  function accept(mail: MailToSend, parameters: URLSearchParams): string {
    const { configurationSet, source, recipients } = mail;
    refuseOverLimits(recipients.length);
    const checked = standing === 'sandbox' ? recipients.filter((to) => !isSimulator(to)) : [];
    const messageId = mailbox.accept(mail, [
      ...new Set([...(source === undefined ? [] : [source]), ...checked]),
    ]);
    if (configurationSet !== undefined && source !== undefined) {
      const tags = tagsOf(parameters);
      const sent = { messageId, sentAtMs: clock.now(), source, recipients, configurationSet, tags };
      for (const event of eventsOf(sent, options.account)) publish(configurationSet, event);
    }
    return `<MessageId>${messageId}</MessageId>`;
  }

  function required(parameters: URLSearchParams, name: string): string {
    const value = parameters.get(name);
    if (value === null || value === '')
      throw new AwsError('ValidationError', `1 validation error detected: ${name} must not be empty`);
    return value;
  }

  function sendRawEmail(parameters: URLSearchParams): string {
    const raw = Buffer.from(required(parameters, 'RawMessage.Data'), 'base64');
    return accept(
      {
        ...envelopeOf('SendRawEmail', parameters),
        raw,
        configurationSet: parameters.get('ConfigurationSetName') ?? undefined,
      },
      parameters,
    );
  }

  function sendEmail(parameters: URLSearchParams): string {
    const source = required(parameters, 'Source');
    const to = members(parameters, 'Destination.ToAddresses');
    const cc = members(parameters, 'Destination.CcAddresses');
    const text = parameters.get('Message.Body.Text.Data') ?? undefined;
    const html = parameters.get('Message.Body.Html.Data') ?? undefined;
    if (text === undefined && html === undefined) {
      throw new AwsError('InvalidParameterValue', 'Empty body in message');
    }
    const replyTo = members(parameters, 'ReplyToAddresses');
    const subject = parameters.get('Message.Subject.Data') ?? '';
    return accept(
      {
        ...envelopeOf('SendEmail', parameters),
        raw: composeMime({ source, to, cc, replyTo, subject, text, html }),
        configurationSet: parameters.get('ConfigurationSetName') ?? undefined,
      },
      parameters,
    );
  }

  function entries(parameters: URLSearchParams, describe: (identity: string) => string): string {
    return members(parameters, 'Identities')
      .filter(mailbox.isVerified)
      .map((name) => `<entry><key>${escapeXml(name)}</key><value>${describe(name)}</value></entry>`)
      .join('');
  }

  const list = (names: readonly string[]): string =>
    names.map((name) => `<member>${escapeXml(name)}</member>`).join('');

  const actions: Record<string, (parameters: URLSearchParams) => string> = {
    SendRawEmail: sendRawEmail,
    SendEmail: sendEmail,
    VerifyEmailIdentity: (parameters) => {
      mailbox.addIdentity(required(parameters, 'EmailAddress'));
      return '';
    },
    ListIdentities: (parameters) => {
      const type = parameters.get('IdentityType');
      const names = mailbox
        .identities()
        .filter((name) => type === null || (type === 'EmailAddress') === name.includes('@'));
      return `<Identities>${list(names)}</Identities>`;
    },
    GetIdentityVerificationAttributes: (parameters) => {
      const attributes = entries(parameters, () => '<VerificationStatus>Success</VerificationStatus>');
      return `<VerificationAttributes>${attributes}</VerificationAttributes>`;
    },
    GetIdentityDkimAttributes: (parameters) => {
      const attributes = entries(
        parameters,
        () => '<DkimEnabled>true</DkimEnabled><DkimVerificationStatus>Success</DkimVerificationStatus>',
      );
      return `<DkimAttributes>${attributes}</DkimAttributes>`;
    },
    GetSendQuota: () => {
      const sent = mailbox.sentSince(clock.now() - DAY_MS);
      return `<Max24HourSend>${limits.perDay}</Max24HourSend><MaxSendRate>${limits.perSecond}</MaxSendRate><SentLast24Hours>${sent}</SentLast24Hours>`;
    },
    GetAccountSendingEnabled: () => '<Enabled>true</Enabled>',
    DescribeConfigurationSet: (parameters) => {
      const name = required(parameters, 'ConfigurationSetName');
      if (!mailbox.hasConfigurationSet(name)) {
        throw new AwsError('ConfigurationSetDoesNotExist', `Configuration set <${name}> does not exist.`);
      }
      return `<ConfigurationSet><Name>${escapeXml(name)}</Name></ConfigurationSet><EventDestinations/>`;
    },
  };

  return {
    mailbox,
    envelopeOf,
    isSandboxed: (): boolean => standing === 'sandbox',
    /** Puts the account into the sandbox or takes it out, with the quota and the rate that AWS gives it there. */
    grant(access: SesAccess): void {
      standing = access;
      Object.assign(limits, LIMITS[access]);
      isRateHeld = access === 'sandbox';
    },
    /** Sets what the account may send; a rate that is set is held to. */
    limit(given: Partial<SendingLimits>): void {
      Object.assign(limits, given);
      isRateHeld ||= given.perSecond !== undefined;
    },
    /** Who carries the events about mails; without one they are lost, as they are without an event destination. */
    onEvent(listener: (configurationSet: string, event: SesEvent) => void): void {
      publish = listener;
    },
    call(action: string, parameters: URLSearchParams): string {
      const run = actions[action];
      if (run === undefined) {
        throw new AwsError('InvalidAction', `the local run does not emulate the SES action ${action}`);
      }
      return run(parameters);
    },
  };
}
