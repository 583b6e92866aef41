import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { Account } from '../account.ts';
import { AwsError, notEmulated } from '../aws-error.ts';
import { escapeMarkup } from '../../escape-markup.ts';
import { openMailbox, type MailToSend } from './mailbox.ts';
import { eventsOf, isSimulator, type SesEvent } from './mail-events.ts';
import { headerOf, splitAddresses } from './mime-headers.ts';

export type SesEmulator = ReturnType<typeof openSes>;

const DAY_MS = 86_400_000;

/** How many recipients an account may send to. */
type SendingLimits = { perDay: number; perSecond: number };

/**
 * What AWS lets an account do: every new one is in the sandbox of its region, and sends to verified addresses only.
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

/** Sender and recipients of a raw mail: those that the parameters name, or else those of its headers. */
function envelopeOf(parameters: URLSearchParams): Envelope {
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
  let access: SesAccess = 'production';
  const limits: SendingLimits = { ...LIMITS.production };
  // The rate of production would slow a flood on a laptop down, so it holds only where it was set.
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
    const checked = access === 'sandbox' ? recipients.filter((to) => !isSimulator(to)) : [];
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
        ...envelopeOf(parameters),
        raw,
        configurationSet: parameters.get('ConfigurationSetName') ?? undefined,
      },
      parameters,
    );
  }

  function entries(parameters: URLSearchParams, describe: (identity: string) => string): string {
    return members(parameters, 'Identities')
      .filter(mailbox.isVerified)
      .map((name) => `<entry><key>${escapeMarkup(name)}</key><value>${describe(name)}</value></entry>`)
      .join('');
  }

  const actions: Record<string, (parameters: URLSearchParams) => string> = {
    SendRawEmail: sendRawEmail,
    VerifyEmailIdentity: (parameters) => {
      mailbox.addIdentity(required(parameters, 'EmailAddress'));
      return '';
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
  };

  return {
    mailbox,
    envelopeOf,
    isSandboxed: (): boolean => access === 'sandbox',
    /** Puts the account into the sandbox or takes it out, with the quota and the rate that AWS gives it there. */
    grant(granted: SesAccess): void {
      access = granted;
      Object.assign(limits, LIMITS[granted]);
      isRateHeld = granted === 'sandbox';
    },
    /** Sets what the account may send; a rate that is set is held to. */
    limit(given: Partial<SendingLimits>): void {
      Object.assign(limits, given);
      isRateHeld ||= given.perSecond !== undefined;
    },
    /** Sets what carries the events about mails. Without it they are lost, as on AWS without an event destination. */
    onEvent(listener: (configurationSet: string, event: SesEvent) => void): void {
      publish = listener;
    },
    call(action: string, parameters: URLSearchParams): string {
      const run = actions[action];
      if (run === undefined) throw notEmulated('InvalidAction', 'SES', action);
      return run(parameters);
    },
  };
}
