import { isEnded, isSystemAlert, type Alert } from '../../../model/wire/alert.ts';
import type { RecipientRole } from '../../../model/config/destination.ts';
import type { Mail } from '../../../model/wire/mail.ts';
import type { RemediationTable } from '../../../model/config/remediation.ts';
import type { StoryNote } from '../../../model/wire/story.ts';
import type { ToldBecause } from '../../../model/wire/delivery.ts';
import { tocsinCommand, withTarget } from '../../../text/command-line.ts';
import { shownCount } from '../../../text/count-words.ts';
import { webAddress } from './escape.ts';
import type { MailDocument } from './mail-document.ts';
import { mailHeaders } from './mail-headers.ts';
import { mailHtml } from './mail-html.ts';
import { mailText } from './mail-text.ts';
import { liveLink } from './live-links.ts';
import { courseOf } from './course.ts';
import { sectionsFor } from './sections.ts';
import { shortenDocument } from './shorten-document.ts';
import { ours, shownLine, shownText, shownType, type ShownText } from './shown-text.ts';
import { mailSubject } from './subject.ts';
import { cut } from '../../../text/cut.ts';
import { oneLine } from '../../../text/one-line.ts';
import { shownDuration, shownInstant } from './times.ts';
import { missingFrom, placeOf, withPlace } from './where.ts';

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
  /** How often it was seen, where it is told once more. */
  story?: StoryNote;
  isTest?: boolean;
  /** Why the destination is told, where the router said so. */
  toldBecause?: ToldBecause;
  /** The reader's clock, a name of the IANA database; UTC without one. */
  timeZone?: string;
  /** Which gateway the commands of the mail are for, as flags of the CLI: `--stack Tocsin`. */
  target?: string;
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
  const { timeZone, remediation, target, story } = request;
  const sections = sectionsFor(alert, { role, timeZone, remediation, target });
  const origin = originOf(alert, { count, timeZone, story });
  const action = actionOf(alert);
  return {
    subject: mailSubject(alert, { count, isTest }),
    severity: alert.severity,
    status: alert.status,
    banner: bannerOf(alert, isTest),
    origin,
    title: titleOf(alert),
    ...(action !== undefined && { action }),
    preheader: alert.description === undefined ? origin : inboxLine(alert.description),
    sections,
    footer: footerOf({ ...request, alert, role }),
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

/** `RESOLVED (was HIGH)`; without the severity where the sender gave none with the end. */
export function endedWords({ status, is_severity_assumed: isAssumed }: Alert, severity: string): string {
  return isAssumed === true ? status.toUpperCase() : `${status.toUpperCase()} (was ${severity})`;
}

/** The title with the place that it leaves out: `Threat Intel Match: 203.0.113.50 · web-1`. */
function titleOf(alert: Alert): ShownText {
  const title = shownLine(alert.title, 400);
  const place = placeOf(alert);
  const where = place === undefined ? undefined : missingFrom(alert.title, place);
  return ours(withPlace(title, where && shownLine(where, 100)));
}

/** What, where, since when and how often, on one line. */
function originOf(
  alert: Alert,
  { count, timeZone, story }: { count: number; timeZone: string | undefined; story: StoryNote | undefined },
): ShownText {
  const place = placeOf(alert)?.full;
  const where = [place, alert.environment].filter((part) => part !== undefined);
  return ours(
    [
      // A type that the sender did not name says nothing.
      ...(alert.type === 'alert' ? [] : [shownType(alert, 80)]),
      ...where.map((part) => shownLine(part, 100)),
      ...courseWords(alert, timeZone),
      ...(count > 1 ? [`${String(count)} alerts of this kind`] : []),
      ...(story === undefined ? [] : storyWords(story, timeZone)),
    ].join(' · '),
  );
}

function courseWords(alert: Alert, timeZone: string | undefined): string[] {
  const { sinceAt, endedAt, lastedMs, timesSeen } = courseOf(alert);
  const when =
    endedAt === undefined
      ? `since ${shownInstant(sinceAt, timeZone)}`
      : `${alert.status} ${shownInstant(endedAt, timeZone)}`;
  return [
    when,
    ...(lastedMs === undefined ? [] : [`after ${shownDuration(lastedMs)}`]),
    ...(timesSeen === undefined ? [] : [`seen ${shownCount(timesSeen)} times`]),
  ];
}

/** `x37 since 2026-01-15 09:12 UTC`, and the end that came before this could be told. */
function storyWords({ count, since, ended }: StoryNote, timeZone: string | undefined): string[] {
  return [
    ...(count < 2 ? [] : [`x${shownCount(count)} since ${shownInstant(since, timeZone)}`]),
    ...(ended === undefined
      ? []
      : [`${ended.status} ${shownInstant(ended.at, timeZone)}, before this could be told`]),
  ];
}

/** The sender's own view of the alert, when a mail may link it. */
function actionOf(alert: Alert): MailDocument['action'] {
  const console = alert.links?.find(({ rel }) => rel === 'console') ?? alert.links?.[0];
  const link = liveLink(console?.url, alert);
  return link === undefined ? undefined : { words: ours('Open it'), link };
}

/** Where all of it stands. Commands are for whoever operates something; a digest is no stored alert. */
function idLine(
  what: 'Alert' | 'Digest',
  { id, type }: Alert,
  role: RecipientRole,
  target: string,
): ShownText {
  const shown = shownLine(id, 60);
  if (role === 'executive' || type === 'tocsin.digest') return ours(`${what} ${shown}`);
  return ours(`${what} ${shown}, all of it: ${withTarget(tocsinCommand('alerts', 'show', shown), target)}`);
}

/** Why this mail came, and the one id that finds everything else. */
export function footerOf(
  { alert, role, destinationName, unsubscribeUrl, toldBecause, target = '' }: MailRequest,
  /** What the id of the alert is the id of. */
  what: 'Alert' | 'Digest' = 'Alert',
): ShownText[] {
  return [
    ours(
      `${becauseWords(alert, toldBecause)} to destination "${shownLine(destinationName, 100)}", where your role is ${role}.`,
    ),
    ours('Web addresses of others are written as hxxp and [.] so that nobody opens them by accident.'),
    idLine(what, alert, role, target),
    ...(unsubscribeUrl === undefined
      ? [ours('To stop these mails, ask whoever operates Tocsin in your organisation.')]
      : []),
  ];
}

function becauseWords(alert: Alert, because: ToldBecause | undefined): string {
  const source = `source "${shownLine(alert.source.name, 100)}"`;
  if (isSystemAlert(alert)) return 'You get this because Tocsin sends what concerns itself';
  return because?.route === undefined
    ? `You get this because alerts of ${source} go`
    : `You get this because route "${shownLine(because.route, 100)}" sends alerts of ${source}`;
}
