import type { Alert } from '../../../model/wire/alert.ts';
import { alertFacts, headline, remediationSteps, severityText } from './alert-facts.ts';
import type { Fact } from './alert-facts.ts';
import { digestFacts, type DigestFacts } from './digest-facts.ts';
import { fit, inertLine, inertText } from './inert-text.ts';
import { safeLinks } from './links.ts';
import { notOk } from './answer-refusals.ts';
import type { RenderContext, WebhookFormat } from './format.ts';

/**
 * Slack's numbers (https://docs.slack.dev/reference/block-kit/blocks): 50 blocks, 150 characters
 * in a header, 3,000 in a text, 10 fields of 2,000 in a section, 75 in a button. Ours are lower, so that a message
 * stays readable, and their sum stays far below what a message may hold.
 */
const MAX_HEADER = 150;
const MAX_TEXT = 2_900;
const MAX_FIELD_NAME = 100;
const MAX_FIELD_VALUE = 600;
const FIELDS_PER_SECTION = 10;
const MAX_FIELDS = 30;
const MAX_STEPS = 10;
const MAX_STEP = 280;
/** Of a digest: each is at most `MAX_STEP` long. */
const LINES_PER_SECTION = 10;
const MAX_BUTTON = 75;
const MAX_BUTTONS = 5;

const COLOURS = { info: '⚪', low: '🔵', medium: '🟡', high: '🟠', critical: '🔴' };

/**
 * A message for an incoming webhook of Slack, as blocks
 * (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
 *
 * Alert data cannot mention, link or format beyond its own field: `&`, `<` and `>` are escaped, which is all that
 * `<!channel>`, `<@U123>` and `<https://…|text>` are made of, and `verbatim` keeps Slack from making links and mentions of plain
 * words. Links are buttons that name the host they lead to.
 */
export const slack: WebhookFormat = {
  name: 'slack',
  summary: 'a message for an incoming webhook of Slack',
  contentType: 'application/json',
  auth: { type: 'none' },
  refusal: notOk,
  render: (alert, { story }) =>
    JSON.stringify({ text: fit(headline(alert), MAX_TEXT, escape), ...message(alert, story) }),
  renderDigest: (alert, digest, summary) => {
    const facts = digestFacts(digest, summary);
    const text = fit(facts.headline, MAX_TEXT, escape);
    return JSON.stringify({ text, ...digestMessage(symbolOf(alert), facts) });
  },
};

function digestMessage(
  symbol: string,
  { headline: head, why, severities, lines, footer }: DigestFacts,
): object {
  const groups = Array.from({ length: Math.ceil(lines.length / LINES_PER_SECTION) }, (_, index) =>
    lines.slice(index * LINES_PER_SECTION, (index + 1) * LINES_PER_SECTION),
  );
  return {
    blocks: [
      header(`${symbol} ${head}`),
      section(fit(why, MAX_TEXT, escape)),
      section(`*Severity*\n${fit(severities, MAX_TEXT, escape)}`),
      ...groups.map((group) => section(group.map((line) => `• ${fit(line, MAX_STEP, escape)}`).join('\n'))),
      { type: 'context', elements: [mrkdwn(fit(footer, MAX_TEXT, escape))] },
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

function header(text: string): object {
  return { type: 'header', text: { type: 'plain_text', text: fit(text, MAX_HEADER, escape), emoji: false } };
}

function message(alert: Alert, story: RenderContext['story']): object {
  const description = inertText(alert.description ?? '').trim();
  const steps = remediationSteps(alert);
  const facts = alertFacts(alert, story);
  return {
    blocks: [
      header(`${symbolOf(alert)} ${headline(alert)}`),
      ...(description === '' ? [] : [section(fit(description, MAX_TEXT, escape))]),
      ...fieldSections([{ name: 'Severity', value: severityText(alert) }, ...facts]),
      ...(steps.length === 0 ? [] : [section(`*What to do*\n${stepLines(steps)}`)]),
      ...linkButtons(alert),
      context(alert, Math.max(0, facts.length + 1 - MAX_FIELDS)),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

function section(text: string): object {
  return { type: 'section', text: mrkdwn(text) };
}

/** @param text escaped already. */
function mrkdwn(text: string): object {
  return { type: 'mrkdwn', text, verbatim: true };
}

function fieldSections(facts: readonly Fact[]): object[] {
  const fields = facts
    .slice(0, MAX_FIELDS)
    .map(({ name, value }) =>
      mrkdwn(`*${fit(name, MAX_FIELD_NAME, escape)}*\n${fit(value, MAX_FIELD_VALUE, escape)}`),
    );
  const count = Math.ceil(fields.length / FIELDS_PER_SECTION);
  return Array.from({ length: count }, (_, index) => ({
    type: 'section',
    fields: fields.slice(index * FIELDS_PER_SECTION, (index + 1) * FIELDS_PER_SECTION),
  }));
}

function stepLines(steps: readonly string[]): string {
  const lines = steps.slice(0, MAX_STEPS).map((step) => `• ${fit(step, MAX_STEP, escape)}`);
  if (steps.length > MAX_STEPS) lines.push(`(${steps.length - MAX_STEPS} more)`);
  return lines.join('\n');
}

function linkButtons(alert: Alert): object[] {
  const elements = safeLinks(alert)
    .slice(0, MAX_BUTTONS)
    .map(({ rel, url, host }, index) => ({
      type: 'button',
      action_id: `link-${index}`,
      text: {
        type: 'plain_text',
        text: fit(inertLine(`${host} (${rel})`), MAX_BUTTON, escape),
        emoji: false,
      },
      url,
    }));
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

function context(alert: Alert, leftOut: number): object {
  const note = leftOut === 0 ? '' : ` · ${leftOut} more fields not shown`;
  const text = fit(`${alert.event_time} · alert ${alert.id}${note}`, MAX_TEXT, escape);
  return { type: 'context', elements: [mrkdwn(text)] };
}

function symbolOf(alert: Alert): string {
  if (alert.status === 'dismissed') return '⚫';
  return alert.status === 'resolved' ? '🟢' : COLOURS[alert.severity];
}

function escape(character: string): string {
  if (character === '&') return '&amp;';
  if (character === '<') return '&lt;';
  return character === '>' ? '&gt;' : character;
}
