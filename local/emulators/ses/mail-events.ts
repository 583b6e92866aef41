import { randomUUID } from 'node:crypto';
import type { Account } from '../account.ts';
import { arnOf } from '../account.ts';
import { addressOf } from './mime-headers.ts';

/** The part of an accepted mail that its events tell. */
type SentMail = {
  messageId: string;
  sentAtMs: number;
  source: string;
  recipients: string[];
  configurationSet: string;
  tags: Record<string, string>;
};

/** One event, in the envelope that the default event bus carries. */
export type SesEvent = { type: string; envelope: Record<string, unknown> };

type Body = { type: string; detailType: string; part: string; content: Record<string, unknown> };

const SIMULATOR = '@simulator.amazonses.com';

/** Whether an address is one of the mailbox simulator, which takes mail in the sandbox too. */
export function isSimulator(address: string): boolean {
  return addressOf(address).endsWith(SIMULATOR);
}

/**
 * The events that SES would publish about a mail: first that it was sent, then one or two for each recipient. An address of the
 * mailbox simulator has the fate that it stands for; every other recipient takes the mail.
 *
 * Shapes: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html, simulator:
 * https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html (both read 2026-11-21)
 */
export function eventsOf(mail: SentMail, account: Account): SesEvent[] {
  const timestamp = new Date(mail.sentAtMs).toISOString();
  const bodies: Body[] = [
    { type: 'send', detailType: 'Email Sent', part: 'send', content: {} },
    ...mail.recipients.flatMap((recipient) => fateOf(addressOf(recipient), timestamp)),
  ];
  return bodies.map(({ type, detailType, part, content }) => ({
    type,
    envelope: {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source: 'aws.ses',
      account: account.accountId,
      time: timestamp,
      region: account.region,
      resources: [arnOf(account, 'ses', `configuration-set/${mail.configurationSet}`)],
      detail: {
        eventType: part[0]?.toUpperCase() + part.slice(1),
        [part]: content,
        mail: {
          timestamp,
          source: mail.source,
          messageId: mail.messageId,
          destination: mail.recipients,
          tags: {
            'ses:configuration-set': [mail.configurationSet],
            ...Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]])),
          },
        },
      },
    },
  }));
}

function fateOf(recipient: string, timestamp: string): Body[] {
  // `bounce+label@` is the simulator's too.
  const mailbox = recipient.endsWith(SIMULATOR)
    ? recipient.slice(0, -SIMULATOR.length).replace(/[+].*/, '')
    : 'success';
  const taken: Body = {
    type: 'delivery',
    detailType: 'Email Delivered',
    part: 'delivery',
    content: { timestamp, processingTimeMillis: 1, recipients: [recipient], smtpResponse: '250 2.6.0 taken' },
  };
  const bounce = (bounceSubType: string, status: string, diagnosticCode: string): Body => ({
    type: 'bounce',
    detailType: 'Email Bounced',
    part: 'bounce',
    content: {
      bounceType: 'Permanent',
      bounceSubType,
      bouncedRecipients: [{ emailAddress: recipient, action: 'failed', status, diagnosticCode }],
      timestamp,
      feedbackId: randomUUID(),
    },
  });
  switch (mailbox) {
    case 'bounce':
      return [bounce('General', '5.1.1', 'smtp; 550 5.1.1 user unknown')];
    case 'suppressionlist':
      return [bounce('OnAccountSuppressionList', '5.1.1', 'the address is on the suppression list')];
    case 'complaint':
      return [
        taken,
        {
          type: 'complaint',
          detailType: 'Email Complaint Received',
          part: 'complaint',
          content: {
            complainedRecipients: [{ emailAddress: recipient }],
            complaintFeedbackType: 'abuse',
            timestamp,
            feedbackId: randomUUID(),
          },
        },
      ];
    default:
      return [taken];
  }
}
