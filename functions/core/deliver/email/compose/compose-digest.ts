import type { Digest, DigestLine, DigestSummary, HeldBecause } from '../../../model/wire/digest.ts';
import type { Mail } from '../../../model/wire/mail.ts';
import { countedAlerts, shownCount } from '../../../text/count-words.ts';
import { isEnded, isSystemAlert } from '../../../model/wire/alert.ts';
import { SEVERITIES } from '../../../model/wire/severity.ts';
import { endedWords, footerOf, mailOf, type MailRequest } from './compose-mail.ts';
import { tocsinCommand, withTarget } from '../../../text/command-line.ts';
import { webAddress } from './escape.ts';
import type { Block, MailDocument, Section } from './mail-document.ts';
import { ours, shownLine, type ShownText } from './shown-text.ts';
import { mailSubject } from './subject.ts';
import { shownInstant, shownRange } from './times.ts';

/** A window begins with the mail of the first alert, the longer ones after it with the end of the one before. */
const FIRST_WINDOW_MS = 5 * 60_000;
type TimeZone = MailRequest['timeZone'];
const HEADINGS = { window: 'What happened', storm: 'Why this mail' } as const;

/** The mail that tells of many alerts. The same request and summary give the same bytes. */
export function composeDigest(request: MailRequest, digest: Digest, summary: DigestSummary): Mail {
  return mailOf(request, documentOf(request, digest, summary));
}

function documentOf(request: MailRequest, digest: Digest, summary: DigestSummary): MailDocument {
  const { alert, timeZone } = request;
  const isWindow = digest.kind === 'window';
  const [line] = summary.lines;
  const told = isWindow ? windowWords(summary, digest, timeZone) : stormWords(summary, timeZone);
  return {
    // The title of a storm says the number already.
    subject: mailSubject(alert, { more: isWindow ? summary.count : 0 }),
    severity: summary.severity,
    status: alert.status,
    banner: ours(
      [
        isEnded(alert) ? endedWords(alert, summary.severity.toUpperCase()) : summary.severity.toUpperCase(),
        ...(isSystemAlert(alert) ? ['Tocsin system alert'] : []),
        isWindow ? 'Digest' : 'Digest of held-back alerts',
      ].join(' · '),
    ),
    origin: ours(
      [
        ...(isWindow && line !== undefined ? [`Source: ${shownLine(line.source_name, 100)}`] : []),
        countedAlerts(summary.count),
        range(summary, timeZone),
      ].join(' · '),
    ),
    title: shownLine(alert.title, 400),
    preheader: ours(`${countedAlerts(summary.count)}, ${range(summary, timeZone)}`),
    sections: [
      { heading: ours(HEADINGS[digest.kind]), blocks: told.map((text): Block => ({ block: 'text', text })) },
      linesSection(summary, timeZone),
      ...whereSection(request, digest),
    ],
    footer: footerOf(request, 'Digest'),
    ...(request.unsubscribeUrl !== undefined && {
      unsubscribe: {
        label: ours('Unsubscribe from the mails of this destination'),
        url: webAddress(request.unsubscribeUrl),
      },
    }),
  };
}

function windowWords(summary: DigestSummary, digest: Digest, timeZone: TimeZone): ShownText[] {
  const isFirst = Date.parse(digest.closes_at) - Date.parse(digest.opened_at) <= FIRST_WINDOW_MS;
  return [
    ours(
      `${shownCount(summary.count)} more of this kind since the ${isFirst ? 'first mail' : 'digest before'} at ` +
        `${shownInstant(digest.opened_at, timeZone, 'second')}; what that mail told of is not counted here. ` +
        'So that your mailbox is not flooded, these share this one. ' +
        'As long as more come, the next digest takes twice as long, up to an hour.',
    ),
    ours(`By severity: ${bySeverity(summary)}.`),
  ];
}

const WHY = {
  flood: undefined,
  'hourly-limit': 'The hourly limit of mails to you was reached.',
  'mail-quota': "The mail service's daily quota is nearly used up; what is left is kept for critical alerts.",
  'outside-interval': 'It was outside the hours in which you are told.',
} satisfies Record<HeldBecause, string | undefined>;

function stormWords(summary: DigestSummary, timeZone: TimeZone): ShownText[] {
  const known = summary.because.flatMap((one) => WHY[one] ?? []);
  return [
    ...(known.length === 0 ? [WHY['hourly-limit']] : known).map(ours),
    ours(
      `Held back: ${countedAlerts(summary.count)}, ${range(summary, timeZone)}. By severity: ${bySeverity(summary)}.`,
    ),
    ours('Nothing was dropped: every alert is stored, and each is counted in exactly one mail.'),
  ];
}

function linesSection(
  { lines, more_lines: moreLines, more_alerts: moreAlerts }: DigestSummary,
  timeZone: TimeZone,
): Section {
  const blocks: Block[] = [{ block: 'table', rows: lines.map((line) => rowOf(line, timeZone)) }];
  if (moreLines > 0) {
    blocks.push({
      block: 'note',
      text: ours(`and ${shownCount(moreLines)} more kinds, ${countedAlerts(moreAlerts)} in all`),
    });
  }
  return { heading: ours('Alerts'), blocks };
}

function rowOf(line: DigestLine, timeZone: TimeZone): { label: ShownText; value: ShownText } {
  const when = range(line, timeZone);
  return {
    label: ours(`${line.severity.toUpperCase()} × ${shownCount(line.count)}`),
    value: ours(`${shownLine(line.title, 200)}\n${when} · ${shownLine(line.source_name, 100)}`),
  };
}

/** Commands are for whoever operates something; the others are told that there is a list. */
function whereSection({ role, destinationName, target = '' }: MailRequest, digest: Digest): Section[] {
  if (role === 'executive') {
    return [];
  }
  const steps = [
    `All of them: ${tocsinCommand('deliveries', 'list', '--digest', shownLine(digest.id, 60))}`,
    `One of them: ${tocsinCommand('alerts', 'show', 'ALERT_ID')}`,
    ...(digest.kind === 'window'
      ? ['What to do about them stands in the first mail of this thread']
      : [
          `Fewer mails: ${tocsinCommand('destination', 'update', shownLine(destinationName, 100), '--min-severity', 'high')}`,
        ]),
  ];
  return [
    {
      heading: ours('Where to find them'),
      blocks: [{ block: 'steps', steps: steps.map((step) => ({ words: ours(withTarget(step, target)) })) }],
    },
  ];
}

function bySeverity({ by_severity: counts }: DigestSummary): string {
  return SEVERITIES.toReversed()
    .flatMap((severity) =>
      counts[severity] === undefined ? [] : [`${shownCount(counts[severity])} ${severity}`],
    )
    .join(', ');
}

function range(
  { first_at: first, last_at: last }: { first_at: string; last_at: string },
  timeZone: TimeZone,
) {
  return shownRange(first, last, timeZone);
}
