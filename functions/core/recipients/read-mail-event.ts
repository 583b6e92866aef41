import type { MailEvent, MailEventType } from '../model/wire/mail-event.ts';

/** An event of SES about one of our mails. */
export type MailNotice = {
  alertId: string;
  deliveryId: string;
  event: MailEvent;
  /**
   * The lasting meaning of the event: the recipient wants or can take no more mails, or the mail was never sent, which is not
   * the recipient's doing; undefined for everything that passes.
   */
  says?: 'undeliverable' | 'maybe-undeliverable' | 'unwanted' | 'not-sent';
};

type Fields = Record<string, unknown>;

const MAX_DETAIL_CHARACTERS = 300;

/** By the event's `eventType`, lower case and without spaces. Opens and clicks are not kept. */
const TYPES: Record<string, { type: MailEventType; part: string }> = {
  send: { type: 'send', part: 'send' },
  delivery: { type: 'delivery', part: 'delivery' },
  deliverydelay: { type: 'delivery-delay', part: 'deliveryDelay' },
  bounce: { type: 'bounce', part: 'bounce' },
  complaint: { type: 'complaint', part: 'complaint' },
  reject: { type: 'reject', part: 'reject' },
  renderingfailure: { type: 'rendering-failure', part: 'failure' },
};

/**
 * Reads an event that SES published, in the envelope of EventBridge or bare (as SNS would carry it).
 *
 * `not-ours` for mail that another program sends over our configuration set, and for events that we do not keep.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html (read 2026-11-21)
 *
 * @throws {Error} when it is no event of SES at all; the message quotes nothing of it
 */
export function readMailEvent(input: unknown): MailNotice | 'not-ours' {
  const envelope = fieldsOf(input);
  const body = 'detail' in envelope ? fieldsOf(envelope['detail']) : envelope;
  const mail = fieldsOf(body['mail']);
  const messageId = textOf(mail['messageId']);
  const eventType = textOf(body['eventType']);
  if (messageId === undefined || eventType === undefined) {
    throw new Error('the message holds no event of SES; expected eventType and mail.messageId');
  }
  const known = TYPES[eventType.toLowerCase().replaceAll(' ', '')];
  const deliveryId = tagOf(mail, 'deliveryId') ?? headerOf(mail, 'X-Tocsin-Delivery');
  const alertId = tagOf(mail, 'alertId') ?? headerOf(mail, 'X-Tocsin-Alert');
  if (known === undefined || !isOurId(deliveryId) || !isOurId(alertId)) return 'not-ours';

  const part = fieldsOf(body[known.part]);
  const at = instantOf(part['timestamp']) ?? instantOf(mail['timestamp']) ?? instantOf(envelope['time']);
  if (at === undefined) throw new Error(`the ${known.type} event of SES says no time`);
  const detail = detailOf(known.type, part);
  const isPermanent = part['bounceType'] === 'Permanent';
  const says = meaningOf(known.type, part, isPermanent);
  return {
    alertId,
    deliveryId,
    event: {
      id: textOf(part['feedbackId']) ?? `${known.type}:${messageId}:${at}`,
      type: known.type,
      at,
      message_id: messageId,
      ...(known.type === 'bounce' && { is_permanent: isPermanent }),
      ...(detail !== undefined && { detail }),
    },
    ...(says !== undefined && { says }),
  };
}

/** Both become part of a table's key, and another sender over our configuration set may say what it likes. */
function isOurId(id: string | undefined): id is string {
  return id !== undefined && /^[\w-]{1,64}$/u.test(id);
}

function meaningOf(type: MailEventType, part: Fields, isPermanent: boolean): MailNotice['says'] {
  if (type === 'bounce') return isPermanent ? 'undeliverable' : 'maybe-undeliverable';
  if (type === 'reject' || type === 'rendering-failure') return 'not-sent';
  // A reader who took a mail out of the spam folder is reported as a complaint too.
  if (type === 'complaint' && part['complaintFeedbackType'] !== 'not-spam') return 'unwanted';
  return undefined;
}

function detailOf(type: MailEventType, part: Fields): string | undefined {
  const recipients = part['bouncedRecipients'] ?? part['delayedRecipients'];
  const [first] = Array.isArray(recipients) ? recipients.map(fieldsOf) : [];
  const said = {
    send: [],
    delivery: [part['smtpResponse']],
    'delivery-delay': [part['delayType'], first?.['status'], first?.['diagnosticCode']],
    bounce: [part['bounceType'], part['bounceSubType'], first?.['status'], first?.['diagnosticCode']],
    complaint: [part['complaintFeedbackType'], part['complaintSubType']],
    reject: [part['reason']],
    'rendering-failure': [part['errorMessage']],
  }[type];
  const words = said.map(textOf).filter((word) => word !== undefined);
  return words.length === 0 ? undefined : inert(words.join(' '));
}

/** One line without addresses: receivers like to quote the one that they refuse. */
function inert(text: string): string {
  return text
    .replaceAll(/(?<![^\s<>@,;:"'()])[^\s<>@,;:"'()]+@[^\s<>,;"'()]+/g, '***')
    .replaceAll(/\p{C}+/gu, ' ')
    .slice(0, MAX_DETAIL_CHARACTERS);
}

function tagOf(mail: Fields, name: string): string | undefined {
  const values = fieldsOf(mail['tags'])[name];
  return Array.isArray(values) ? textOf(values[0]) : undefined;
}

function headerOf(mail: Fields, name: string): string | undefined {
  const headers = Array.isArray(mail['headers']) ? mail['headers'].map(fieldsOf) : [];
  return textOf(
    headers.find((header) => textOf(header['name'])?.toLowerCase() === name.toLowerCase())?.['value'],
  );
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function instantOf(value: unknown): string | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
