import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { Account } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { escapeXml } from '../query-protocol.ts';
import { openMailbox, type MailToSend } from './mailbox.ts';
import { eventsOf, type SesEvent } from './mail-events.ts';
import { composeMime, headerOf, splitAddresses } from './mime-headers.ts';

export type SesEmulator = ReturnType<typeof openSes>;

const DAY_MS = 86_400_000;

/** What the account may send. An account in the sandbox has 200 and 1, a new one outside of it 50,000 and 14. */
export type SendingLimits = { perDay: number; perSecond: number };

/** The values of `Name.member.1`, `Name.member.2`, … of a query request. */
function members(parameters: URLSearchParams, name: string): string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = parameters.get(`${name}.member.${index}`);
    if (value === null) return values;
    values.push(value);
  }
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
 * Any recipient is taken; those of the mailbox simulator bounce and complain by event. Answers are the inner XML of `<ActionResult>`.
 */
export function openSes(options: { db: DatabaseSync; clock: Clock; account: Account }) {
  const { clock } = options;
  const mailbox = openMailbox(options.db, clock, options.account);
  let publish: (configurationSet: string, event: SesEvent) => void = () => undefined;
  const limits: SendingLimits = { perDay: 50_000, perSecond: 14 };
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
    refuseOverLimits(mail.recipients.length);
    const messageId = mailbox.accept(mail);
    const { configurationSet, source, recipients } = mail;
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
    const destinations = members(parameters, 'Destinations');
    const inHeaders = ['To', 'Cc', 'Bcc'].flatMap((name) => splitAddresses(headerOf(raw, name)));
    return accept(
      {
        source: parameters.get('Source') ?? headerOf(raw, 'From'),
        recipients: destinations.length > 0 ? destinations : inHeaders,
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
    const bcc = members(parameters, 'Destination.BccAddresses');
    const text = parameters.get('Message.Body.Text.Data') ?? undefined;
    const html = parameters.get('Message.Body.Html.Data') ?? undefined;
    if (text === undefined && html === undefined) {
      throw new AwsError('InvalidParameterValue', 'Empty body in message');
    }
    const replyTo = members(parameters, 'ReplyToAddresses');
    const subject = parameters.get('Message.Subject.Data') ?? '';
    return accept(
      {
        source,
        recipients: [...to, ...cc, ...bcc],
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
    VerifyDomainIdentity: (parameters) => {
      mailbox.addIdentity(required(parameters, 'Domain'));
      return '<VerificationToken>local</VerificationToken>';
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
