import { isEnded, type Alert } from '../../../model/wire/alert.ts';
import { alertFacts, headline, remediationSteps, stateWord, titleLine } from './alert-facts.ts';
import { digestFacts, type DigestFacts } from './digest-facts.ts';
import { fit, inertLine, inertText } from './inert-text.ts';
import { safeLinks } from './links.ts';
import { teamsSentence } from './answer-refusals.ts';
import type { RenderContext, WebhookFormat } from './format.ts';

/**
 * Teams refuses messages above 28 KB, and has been seen to count two bytes for each character of a UTF-8 request
 * (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using, read
 * 2026-11-21): both counts stay below this.
 */
const MAX_BYTES = 27_000;
/** Shares of the limits below, tried in order until the card fits. */
const SCALES = [1, 0.5, 0.25, 0.12] as const;
/** The note of what was cut needs some room itself. */
const MIN_TEXT = 40;
const MAX_TITLE = 300;
const MAX_DESCRIPTION = 4_000;
const MAX_FACTS = 24;
const MAX_FACT_NAME = 60;
const MAX_FACT_VALUE = 400;
const MAX_STEPS = 10;
const MAX_STEP = 300;
const MAX_BUTTONS = 4;
const MAX_BUTTON = 80;

const COLOURS = {
  info: 'default',
  low: 'accent',
  medium: 'warning',
  high: 'attention',
  critical: 'attention',
};

/**
 * A message with one Adaptive Card for the "When a Teams webhook request is received" trigger of Workflows
 * (https://adaptivecards.io/explorer, version 1.4).
 *
 * Alert data stands in `TextRun`s alone: unlike `TextBlock` and `FactSet` they know no Markdown, so there is nothing
 * to escape, and a mention needs an entity that only we could add. Links are buttons that name their host.
 */
export const microsoftTeams: WebhookFormat = {
  name: 'microsoft-teams',
  summary: 'an Adaptive Card for a Workflows webhook of Microsoft Teams',
  contentType: 'application/json',
  auth: { type: 'none' },
  refusal: teamsSentence,
  render: (alert, { story }) => {
    let body = '';
    for (const scale of SCALES) {
      body = JSON.stringify(message(card(alert, scale, story)));
      if (Math.max(Buffer.byteLength(body), 2 * body.length) <= MAX_BYTES) return body;
    }
    return body;
  },
  renderDigest: (alert, digest, summary) =>
    JSON.stringify(message(digestCard(alert, digestFacts(digest, summary)))),
};

function digestCard(alert: Alert, { headline: head, why, severities, lines, footer }: DigestFacts): object {
  const title = fit(head, MAX_TITLE);
  const colour = colourOf(alert);
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: title,
    msteams: { width: 'Full' },
    body: [
      richText([{ text: title, size: 'large', weight: 'bolder', color: colour }]),
      richText([{ text: why }]),
      fact('Severity', severities, colour),
      ...lines.map((line) => richText([{ text: `• ${fit(line, MAX_STEP)}` }])),
      richText([{ text: footer, isSubtle: true, size: 'small' }]),
    ],
  };
}

function colourOf(alert: Alert): string {
  return alert.status === 'resolved' ? 'good' : COLOURS[alert.severity];
}

function message(content: object): object {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content,
      },
    ],
  };
}

function stateOf(alert: Alert): string {
  const isKnown = alert.is_severity_assumed !== true;
  return isEnded(alert) && isKnown ? `${stateWord(alert)}, was ${alert.severity}` : stateWord(alert);
}

function card(alert: Alert, scale: number, story: RenderContext['story']): object {
  const share = (limit: number): number => Math.ceil(limit * scale);
  const room = (limit: number): number => Math.max(MIN_TEXT, share(limit));
  const description = inertText(alert.description ?? '').trim();
  const facts = alertFacts(alert, story);
  const steps = remediationSteps(alert);
  const colour = colourOf(alert);
  const severity = stateOf(alert);
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: fit(headline(alert), room(MAX_TITLE)),
    msteams: { width: 'Full' },
    body: [
      richText([
        {
          text: fit(titleLine(alert), room(MAX_TITLE)),
          size: 'large',
          weight: 'bolder',
          color: colour,
        },
      ]),
      fact('Severity', severity, colour),
      ...(description === '' ? [] : [richText([{ text: fit(description, room(MAX_DESCRIPTION)) }])]),
      ...facts
        .slice(0, share(MAX_FACTS))
        .map(({ name, value }) =>
          fact(fit(name, room(MAX_FACT_NAME)), fit(value, room(MAX_FACT_VALUE)), 'default'),
        ),
      ...more(facts.length - share(MAX_FACTS), 'fields'),
      ...(steps.length === 0 ? [] : [richText([{ text: 'What to do', weight: 'bolder' }])]),
      ...steps
        .slice(0, share(MAX_STEPS))
        .map((step) => richText([{ text: `• ${fit(step, room(MAX_STEP))}` }])),
      ...more(steps.length - share(MAX_STEPS), 'steps'),
      richText([{ text: `${alert.event_time} · alert ${alert.id}`, isSubtle: true, size: 'small' }]),
    ],
    actions: safeLinks(alert)
      .slice(0, MAX_BUTTONS)
      .map(({ rel, url, host }) => ({
        type: 'Action.OpenUrl',
        title: fit(inertLine(`${host} (${rel})`), MAX_BUTTON),
        url,
      })),
  };
}

type Run = { text: string; size?: string; weight?: string; color?: string; isSubtle?: boolean };

function richText(runs: readonly Run[]): object {
  return { type: 'RichTextBlock', inlines: runs.map((run) => ({ type: 'TextRun', ...run })) };
}

function fact(name: string, value: string, color: string): object {
  return richText([
    { text: `${name}: `, weight: 'bolder' },
    { text: value, color },
  ]);
}

function more(count: number, what: string): object[] {
  return count > 0 ? [richText([{ text: `(${count} more ${what} not shown)`, isSubtle: true }])] : [];
}
