import { isEnded, type Alert } from '../../../model/wire/alert.ts';
import { alertFacts, headline, remediationSteps, severityText } from './alert-facts.ts';
import type { Fact } from './alert-facts.ts';
import { digestFacts, type DigestFacts } from './digest-facts.ts';
import { fit, inertLine, inertText } from './inert-text.ts';
import { safeLinks } from './links.ts';
import type { RenderContext, WebhookFormat } from './format.ts';

/**
 * Discord's numbers (https://discord.com/developers/docs/resources/message#embed-object-embed-limits):
 * title 256, description 4,096, 25 fields of 256 + 1,024, footer 2,048, and 6,000 characters in all.
 */
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 2_000;
const MAX_FIELDS = 24;
const MAX_NAME = 100;
const MAX_VALUE = 500;
const MAX_BLOCK = 1_000;
const MAX_TOTAL = 5_900;
const MAX_STEPS = 10;
const MAX_STEP = 300;
const MAX_LINKS = 4;
/** Of a digest; with the words before it, below the 4,096 of a description. */
const MAX_LINES = 3_500;

const COLOURS = { info: 0x808080, low: 0x3b82f6, medium: 0xeab308, high: 0xf97316, critical: 0xdc2626 };
const RESOLVED = 0x16a34a;
const DISMISSED = 0x4b5563;

/**
 * A message with one embed for a webhook of Discord
 * (https://discord.com/developers/docs/resources/webhook#execute-webhook).
 *
 * `allowed_mentions` allows no mention at all, and all Markdown of alert data is escaped, so it cannot hide a link
 * behind a text either. Links stand there in full, as code: Discord has no buttons for webhooks.
 */
export const discord: WebhookFormat = {
  name: 'discord',
  summary: 'an embed for a webhook of Discord',
  contentType: 'application/json',
  auth: { type: 'none' },
  render: (alert, { story }) =>
    JSON.stringify({ username: 'Tocsin', embeds: [embed(alert, story)], allowed_mentions: { parse: [] } }),
  renderDigest: (alert, digest, summary) =>
    JSON.stringify({
      username: 'Tocsin',
      embeds: [digestEmbed(alert, digestFacts(digest, summary))],
      allowed_mentions: { parse: [] },
    }),
};

function digestEmbed(alert: Alert, { headline: head, why, severities, lines, footer }: DigestFacts): object {
  return {
    title: fit(head, MAX_TITLE, escape),
    description: [fit(why, MAX_DESCRIPTION, escape), '', wholeLines(lines.map(digestLine), MAX_LINES)].join(
      '\n',
    ),
    color: colourOf(alert),
    fields: [{ name: 'Severity', value: fit(severities, MAX_VALUE, escape), inline: true }],
    footer: { text: footer },
  };
}

function digestLine(line: string): string {
  return `• ${fit(line, MAX_STEP, escape)}`;
}

function colourOf(alert: Alert): number {
  if (alert.status === 'resolved') return RESOLVED;
  return isEnded(alert) ? DISMISSED : COLOURS[alert.severity];
}

function embed(alert: Alert, story: RenderContext['story']): object {
  const title = fit(headline(alert), MAX_TITLE, escape);
  const description = fit(inertText(alert.description ?? '').trim(), MAX_DESCRIPTION, escape);
  const footer = `alert ${alert.id}`;
  const room = MAX_TOTAL - title.length - description.length - footer.length;
  return {
    title,
    ...(description !== '' && { description }),
    color: colourOf(alert),
    timestamp: alert.event_time,
    fields: fieldsWithin(fieldsOf(alert, story), room),
    footer: { text: footer },
  };
}

/** Escaped and cut to the limits of one field each. The parts that tell what to do come before the details. */
function fieldsOf(alert: Alert, story: RenderContext['story']): Fact[] {
  const steps = remediationSteps(alert);
  const links = safeLinks(alert).slice(0, MAX_LINKS);
  const blocks = [
    {
      name: 'What to do',
      lines: steps.slice(0, MAX_STEPS).map((step) => `• ${fit(step, MAX_STEP, escape)}`),
    },
    {
      name: 'Links',
      lines: links.map(({ rel, url }) => `${fit(inertLine(rel), MAX_NAME, escape)}: ${code(url)}`),
    },
  ];
  return [
    { name: 'Severity', value: severityText(alert) },
    ...blocks.flatMap(({ name, lines }) => {
      const value = wholeLines(lines, MAX_BLOCK);
      return value === '' ? [] : [{ name, value }];
    }),
    ...alertFacts(alert, story).map(({ name, value }) => ({
      name: fit(name, MAX_NAME, escape),
      value: fit(value, MAX_VALUE, escape),
    })),
  ];
}

function fieldsWithin(fields: readonly Fact[], room: number): (Fact & { inline: boolean })[] {
  const kept: Fact[] = [];
  const noteRoom = 60;
  let left = room - noteRoom;
  for (const field of fields.slice(0, MAX_FIELDS)) {
    left -= field.name.length + field.value.length;
    if (left < 0) break;
    kept.push(field);
  }
  const leftOut = fields.length - kept.length;
  if (leftOut > 0) kept.push({ name: 'More', value: `${leftOut} more fields not shown` });
  return kept.map(({ name, value }) => ({ name, value, inline: value.length <= 40 }));
}

/** As many lines as fit: half a link would lead somewhere else. */
function wholeLines(lines: readonly string[], max: number): string {
  const kept: string[] = [];
  let left = max;
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    kept.push(line);
  }
  const leftOut = lines.length - kept.length;
  return (leftOut === 0 ? kept : [...kept, `(${leftOut} more)`]).join('\n');
}

/** A URL as inline code, which neither links nor formats; the backtick that would end it is percent-encoded. */
function code(url: string): string {
  return `\`${url.replaceAll('`', '%60')}\``;
}

/**
 * A backslash takes the meaning of any punctuation; of the colon too, so that no URL becomes a link. `@` gets an
 * invisible neighbour instead, as a backslash does not stop a mention.
 */
function escape(character: string): string {
  if (character === '@') return '@\u200b';
  return '\\*_~`|<>[](){}#:'.includes(character) ? `\\${character}` : character;
}
