import { isEnded, isSystemAlert, type Alert } from '../../../model/wire/alert.ts';
import type { RecipientRole } from '../../../model/config/destination.ts';
import type { Mail } from '../../../model/wire/mail.ts';
import type { RemediationTable } from '../../../model/config/remediation.ts';
import { webAddress } from './escape.ts';
import type { MailDocument } from './mail-document.ts';
import { mailHeaders } from './mail-headers.ts';
import { mailHtml } from './mail-html.ts';
import { mailText } from './mail-text.ts';
import { sectionsFor } from './sections.ts';
import { shortenDocument } from './shorten-document.ts';
import { ours, shownLine, shownText, type ShownText } from './shown-text.ts';
import { mailSubject } from './subject.ts';
import { cut } from '../../../text/cut.ts';
import { oneLine } from '../../../text/one-line.ts';

export type MailRequest = {
  alert: Alert;
  role: RecipientRole;
  to: string;
  destinationName: string;
  deliveryId: string;
  unsubscribeUrl?: string;
  /** Right side of the message ids. */
  messageIdDomain: string;
  /** How many alerts this mail stands for. */
  count?: number;
  isTest?: boolean;
  /** The operator's own steps by alert type, before the built-in ones. */
  remediation?: RemediationTable;
};

/** Gmail clips a message at 102 KB of HTML, and with it the way to unsubscribe. */
const MAX_HTML_BYTES = 100_000;
const SHARES = [1, 0.5, 0.25, 0.1, 0.05];

/** The mail about one alert to one recipient. The same request gives the same bytes. */
export function composeMail(request: MailRequest): Mail {
  return mailOf(request, documentOf(request));
}

/** A document as a mail, cut to what mail programs show. */
export function mailOf(request: MailRequest, complete: MailDocument): Mail {
  const share = SHARES.find((share) => htmlBytes(shortenDocument(complete, share)) <= MAX_HTML_BYTES) ?? 0.05;
  const document = shortenDocument(complete, share);
  return {
    to: request.to,
    subject: document.subject,
    text: mailText(document),
    html: mailHtml(document),
    headers: mailHeaders({ ...request, unsubscribeUrl: request.unsubscribeUrl }),
  };
}

function htmlBytes(document: MailDocument): number {
  return Buffer.byteLength(mailHtml(document));
}

function documentOf({ alert, role, count = 1, isTest = false, ...request }: MailRequest): MailDocument {
  const sections = sectionsFor(role, alert, request.remediation);
  const origin = originOf(alert, count);
  return {
    subject: mailSubject(alert, { count, isTest }),
    severity: alert.severity,
    isResolved: isEnded(alert),
    banner: bannerOf(alert, isTest),
    origin,
    title: shownLine(alert.title, 400),
    preheader: alert.description === undefined ? origin : inboxLine(alert.description),
    sections,
    footer: footerOf(alert, role, request),
    ...(request.unsubscribeUrl !== undefined && {
      unsubscribe: {
        label: ours('Unsubscribe from the mails of this destination'),
        url: webAddress(request.unsubscribeUrl),
      },
    }),
  };
}

/** The beginning of the description, as the mail itself shows it. */
function inboxLine(description: string): ShownText {
  return ours(cut(oneLine(shownText(description, 600)), 140));
}

function bannerOf(alert: Alert, isTest: boolean): ShownText {
  const word = alert.severity.toUpperCase();
  return ours(
    [
      ...(isTest ? ['TEST'] : []),
      isEnded(alert) ? endedWords(alert, word) : word,
      ...(isSystemAlert(alert) ? ['Tocsin system alert'] : []),
    ].join(' · '),
  );
}

export function endedWords({ status, is_severity_assumed: isAssumed }: Alert, severity: string): string {
  return isAssumed === true ? status.toUpperCase() : `${status.toUpperCase()} (was ${severity})`;
}

function originOf(alert: Alert, count: number): ShownText {
  return ours(
    [
      `Source: ${shownLine(alert.source.name, 100)}`,
      ...(alert.environment === undefined ? [] : [shownLine(alert.environment, 60)]),
      shownLine(alert.event_time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):.*Z$/, '$1 $2 UTC'), 40),
      ...(count > 1 ? [`${String(count)} alerts of this kind`] : []),
    ].join(' · '),
  );
}

/** Where what was cut stands whole. Commands are for whoever operates something; a digest is no stored alert. */
function wholeAlert({ id, type }: Alert, role: RecipientRole): string {
  return role === 'executive' || type === 'tocsin.digest'
    ? ''
    : `, all of it: tocsin alerts show ${shownLine(id, 60)}`;
}

export function footerOf(
  alert: Alert,
  role: RecipientRole,
  {
    destinationName,
    deliveryId,
    unsubscribeUrl,
  }: Pick<MailRequest, 'destinationName' | 'deliveryId' | 'unsubscribeUrl'>,
  /** What the id of the alert is the id of. */
  what: 'Alert' | 'Digest' = 'Alert',
): ShownText[] {
  return [
    ours(
      `Sent by Tocsin to destination "${shownLine(destinationName, 100)}", where your role is ${role}. ` +
        'Web addresses are written as hxxp and [.] so that nobody opens them by accident.',
    ),
    ours(`Source "${shownLine(alert.source.name, 100)}" (${shownLine(alert.source.id, 60)})`),
    ours(`${what} ${shownLine(alert.id, 60)}${wholeAlert(alert, role)}`),
    ours(`Delivery ${shownLine(deliveryId, 60)}`),
    ...(unsubscribeUrl === undefined
      ? [ours('To stop these mails, ask whoever operates Tocsin in your organisation.')]
      : []),
  ];
}
