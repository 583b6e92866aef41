import { dismissalWords, isEnded, type Alert } from '../../../model/wire/alert.ts';
import { alertFacts, remediationSteps, titleLine } from './alert-facts.ts';
import type { Fact } from './alert-facts.ts';
import { dedupKey } from './dedup-key.ts';
import { fit, inertLine, inertText } from './inert-text.ts';
import { safeLinks } from './links.ts';
import type { WebhookFormat } from './format.ts';

/**
 * Opsgenie's numbers (https://docs.opsgenie.com/docs/alert-api): message 130, alias 512,
 * description 15,000, source 100, entity 512, 20 tags of 50, details 8,000 in all.
 */
const MAX_MESSAGE = 130;
const MAX_DESCRIPTION = 14_000;
const MAX_SOURCE = 100;
const MAX_ENTITY = 512;
const MAX_TAGS = 20;
const MAX_TAG = 50;
const MAX_DETAILS = 7_500;
const MAX_DETAIL_NAME = 100;
const MAX_DETAIL_VALUE = 1_000;

const PRIORITIES = { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4', info: 'P5' };

/**
 * Creates an alert in Opsgenie, or in Jira Service Management, which speaks the same API; a resolved alert
 * closes it. Closing is another URL, which names the alert by its alias.
 */
export const opsgenie: WebhookFormat = {
  name: 'opsgenie',
  summary: 'creates and closes alerts in Opsgenie or Jira Service Management',
  contentType: 'application/json',
  auth: { type: 'bearer', credential: 'the API key of the Opsgenie integration' },
  authorization: (credential) => `GenieKey ${credential}`,
  target: (url, alert) => (isEnded(alert) ? closeUrl(url, dedupKey(alert)) : url),
  render: (alert) => JSON.stringify(isEnded(alert) ? closing(alert) : creating(alert)),
};

function closeUrl(text: string, alias: string): string {
  const url = new URL(text);
  url.pathname = `${url.pathname.replace(/(?<!\/)\/+$/, '')}/${encodeURIComponent(alias)}/close`;
  url.searchParams.set('identifierType', 'alias');
  return url.href;
}

function creating(alert: Alert): object {
  const [resource] = alert.resources ?? [];
  const entity = resource?.name ?? resource?.id;
  return {
    message: fit(titleLine(alert), MAX_MESSAGE),
    alias: dedupKey(alert),
    description: descriptionOf(alert),
    tags: tagsOf(alert),
    details: detailsWithin([{ name: 'alert_id', value: alert.id }, ...alertFacts(alert)]),
    ...(entity !== undefined && { entity: fit(inertLine(entity), MAX_ENTITY) }),
    source: fit(inertLine(alert.source.name), MAX_SOURCE),
    priority: PRIORITIES[alert.severity],
  };
}

function closing(alert: Alert): object {
  return {
    source: fit(inertLine(alert.source.name), MAX_SOURCE),
    note:
      alert.status === 'dismissed'
        ? fit(inertLine(`${dismissalWords(alert)}, alert ${alert.id}`), MAX_DESCRIPTION)
        : `resolved at ${alert.event_time}, alert ${alert.id}`,
  };
}

function descriptionOf(alert: Alert): string {
  const steps = remediationSteps(alert);
  const links = safeLinks(alert).map(({ rel, url }) => `${inertLine(rel)}: ${url}`);
  const parts = [
    inertText(alert.description ?? '').trim(),
    steps.length === 0 ? '' : `What to do:\n${steps.map((step) => `- ${step}`).join('\n')}`,
    links.join('\n'),
  ];
  return fit(parts.filter((part) => part !== '').join('\n\n'), MAX_DESCRIPTION);
}

function tagsOf(alert: Alert): string[] {
  const tags = [alert.severity, alert.type, alert.environment ?? '', ...(alert.mitre ?? [])];
  // A comma separates tags.
  const inert = tags
    .map((tag) => fit(inertLine(tag.replaceAll(',', ' ')), MAX_TAG))
    .filter((tag) => tag !== '');
  return [...new Set(inert)].slice(0, MAX_TAGS);
}

function detailsWithin(facts: readonly Fact[]): Record<string, string> {
  const kept = new Map<string, string>();
  let left = MAX_DETAILS;
  for (const { name, value } of facts) {
    const fact = { name: fit(name, MAX_DETAIL_NAME), value: fit(value, MAX_DETAIL_VALUE) };
    left -= fact.name.length + fact.value.length;
    if (left < 0) break;
    if (!kept.has(fact.name)) kept.set(fact.name, fact.value);
  }
  return Object.fromEntries(left < 0 ? [...kept, ['truncated', 'more details are in Tocsin']] : kept);
}
