import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { Account } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { BOUND_LIMIT } from '../database.ts';
import { addressOf } from './mime-headers.ts';

const SIMULATED_SUCCESS = 'success@simulator.amazonses.com';
const MAX_RECIPIENTS = 50;
const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

/** A mail as SES was asked to send it: envelope and raw MIME. */
export type StoredMail = {
  id: number;
  messageId: string;
  sentAtMs: number;
  source: string;
  recipients: string[];
  configurationSet?: string;
  raw: Buffer;
};

export type MailToSend = {
  source: string | undefined;
  recipients: string[];
  raw: Buffer;
  configurationSet: string | undefined;
};

type MailRow = {
  id: number;
  message_id: string;
  sent_at: number;
  source: string;
  recipients: string;
  configuration_set: string | null;
  raw: Uint8Array;
};

export type Mailbox = ReturnType<typeof openMailbox>;

/** Identities, configuration sets and the mails that were accepted. Nothing leaves the machine. */
export function openMailbox(db: DatabaseSync, clock: Clock, account: Account) {
  db.exec(`create table if not exists mail (id integer primary key autoincrement, message_id text not null,
      sent_at integer not null, source text not null, recipients text not null, configuration_set text, raw blob not null);
    create table if not exists ses_identity (name text primary key);
    create table if not exists ses_configuration_set (name text primary key)`);
  const insert = db.prepare(
    'insert into mail (message_id, sent_at, source, recipients, configuration_set, raw) values (?, ?, ?, ?, ?, ?)',
  );
  // The simulator throws away what it takes: a mail to it alone is counted, and in no mailbox.
  const newest = db.prepare(
    `select * from mail where recipients <> '["${SIMULATED_SUCCESS}"]' order by id desc ${BOUND_LIMIT}`,
  );
  const byId = db.prepare('select * from mail where id = ?');
  const since = db.prepare(
    'select coalesce(sum(json_array_length(recipients)), 0) as n from mail where sent_at > ?',
  );
  const identity = db.prepare('select 1 from ses_identity where name = ?');
  const addIdentity = db.prepare('insert or ignore into ses_identity values (?)');
  const configurationSet = db.prepare('select 1 from ses_configuration_set where name = ?');
  const addConfigurationSet = db.prepare('insert or ignore into ses_configuration_set values (?)');

  const stored = (row: MailRow): StoredMail => ({
    id: row.id,
    messageId: row.message_id,
    sentAtMs: row.sent_at,
    source: row.source,
    recipients: JSON.parse(row.recipients) as string[],
    ...(row.configuration_set !== null && { configurationSet: row.configuration_set }),
    raw: Buffer.from(row.raw),
  });

  /** The identity that lets an address send: the address itself, or its domain. */
  function identityFor(address: string): string | undefined {
    const bare = addressOf(address);
    return [bare, bare.split('@')[1] ?? ''].find((name) => identity.get(name) !== undefined);
  }

  return {
    identityFor,
    isVerified: (name: string): boolean => identity.get(name.toLowerCase()) !== undefined,
    addIdentity: (name: string): void => {
      addIdentity.run(name.toLowerCase());
    },
    addConfigurationSet: (name: string): void => {
      addConfigurationSet.run(name);
    },
    /** Recipients of the mails since then: that is what SES counts. */
    sentSince: (epochMs: number): number => (since.get(epochMs) as { n: number }).n,
    newest: (limit: number): StoredMail[] => (newest.all(limit) as MailRow[]).map(stored),
    find: (id: number): StoredMail | undefined => {
      const row = byId.get(id) as MailRow | undefined;
      return row === undefined ? undefined : stored(row);
    },

    /**
     * Accepts a mail under the rules of SES; returns the message id.
     *
     * `mustBeVerified` are the addresses that are checked: the sender, and in the sandbox every recipient.
     */
    accept(mail: MailToSend, mustBeVerified: readonly string[]): string {
      const { source, recipients, raw } = mail;
      if (source === undefined || source === '') {
        throw new AwsError('InvalidParameterValue', "Missing required header 'From'.");
      }
      if (recipients.length === 0)
        throw new AwsError('InvalidParameterValue', "Missing required header 'To'.");
      if (recipients.length > MAX_RECIPIENTS) {
        throw new AwsError('InvalidParameterValue', `Recipient count exceeds ${MAX_RECIPIENTS}.`);
      }
      if (recipients.some((recipient) => !/^[^\s@<>]+@[^\s@<>]+$/.test(addressOf(recipient)))) {
        throw new AwsError('InvalidParameterValue', 'Illegal address');
      }
      if (raw.length > MAX_MESSAGE_BYTES) {
        throw new AwsError(
          'InvalidParameterValue',
          `Message length is more than ${MAX_MESSAGE_BYTES} bytes long.`,
        );
      }
      if (mail.configurationSet !== undefined && configurationSet.get(mail.configurationSet) === undefined) {
        throw new AwsError(
          'ConfigurationSetDoesNotExist',
          `Configuration set <${mail.configurationSet}> does not exist.`,
        );
      }
      const unverified = mustBeVerified.filter((address) => identityFor(address) === undefined);
      if (unverified.length > 0) {
        const region = account.region.toUpperCase();
        throw new AwsError(
          'MessageRejected',
          `Email address is not verified. The following identities failed the check in region ${region}: ${unverified.join(', ')}`,
        );
      }
      const messageId = `0107${randomUUID().replaceAll('-', '').slice(0, 12)}-${randomUUID()}-000000`;
      insert.run(
        messageId,
        clock.now(),
        source,
        JSON.stringify(recipients),
        mail.configurationSet ?? null,
        raw,
      );
      return messageId;
    },
  };
}
