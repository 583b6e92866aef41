import { dismissalWords, isEnded, type Alert } from '../../../model/wire/alert.ts';
import { remediationSteps, titleLine } from './alert-facts.ts';
import { dedupKey } from './dedup-key.ts';
import { fit, inertLine } from './inert-text.ts';
import { safeLinks } from './links.ts';
import { pagerdutyStatus } from './answer-refusals.ts';
import type { WebhookFormat } from './format.ts';
import { withinBytes } from './within-bytes.ts';

/** PagerDuty's: 512 KB for the event, 1,024 characters for the summary, 255 for the dedup key. */
const MAX_DETAILS_BYTES = 450_000;
const MAX_SUMMARY = 1_024;
const MAX_TEXT = 255;
const MAX_LINKS = 10;

const SEVERITIES = { info: 'info', low: 'info', medium: 'warning', high: 'error', critical: 'critical' };

/**
 * An event for PagerDuty's Events API v2: `trigger` while the alert fires, `resolve` once it is over, tied by
 * `dedup_key` (https://developer.pagerduty.com/docs/events-api-v2/trigger-events).
 *
 * The routing key is a credential that this API takes in the body alone: its specification names no header, and
 * `X-Routing-Key`, which a client of PagerDuty's once sent, is not documented. So the stored body is without it, and
 * it is put first when the request is made.
 */
export const pagerduty: WebhookFormat = {
  name: 'pagerduty',
  summary: 'trigger and resolve events for PagerDuty Events API v2',
  contentType: 'application/json',
  auth: { type: 'bearer', credential: 'the integration key (routing key) of the PagerDuty service' },
  refusal: pagerdutyStatus,
  render: (alert) =>
    JSON.stringify(
      isEnded(alert)
        ? { event_action: 'resolve', dedup_key: dedupKey(alert), ...noteOf(alert) }
        : { event_action: 'trigger', dedup_key: dedupKey(alert), ...triggered(alert) },
    ),
  withCredential: (body, credential) => `{"routing_key":${JSON.stringify(credential)},${body.slice(1)}`,
};

/** Why an incident is closed although its condition may not be over. PagerDuty keeps it in the incident's log. */
function noteOf(alert: Alert): object {
  if (alert.status !== 'dismissed') return {};
  const words = fit(inertLine(dismissalWords(alert)), MAX_SUMMARY);
  return {
    payload: {
      summary: fit(`${titleLine(alert)} (${words})`, MAX_SUMMARY),
      source: shortText(alert.source.name),
      severity: SEVERITIES[alert.severity],
      custom_details: { note: words, alert_id: alert.id },
    },
  };
}

function triggered(alert: Alert): object {
  const [resource] = alert.resources ?? [];
  const subject = resource?.name ?? resource?.id;
  return {
    payload: {
      summary: fit(titleLine(alert), MAX_SUMMARY),
      source: shortText(subject ?? alert.source.name),
      severity: SEVERITIES[alert.severity],
      timestamp: alert.event_time,
      ...(resource?.type !== undefined && { component: shortText(resource.type) }),
      ...(alert.environment !== undefined && { group: shortText(alert.environment) }),
      class: shortText(alert.type),
      custom_details: withinBytes(detailsOf(alert), MAX_DETAILS_BYTES),
    },
    links: safeLinks(alert)
      .slice(0, MAX_LINKS)
      .map(({ rel, url, host }) => ({ href: url, text: shortText(`${host} (${rel})`) })),
    client: 'Tocsin',
  };
}

/** Everything a responder may need that the event has no field for. */
function detailsOf(alert: Alert): object {
  const { id, severity, source, description, rule, mitre, resources, actors, observables } = alert;
  const { actions_taken, confidence, labels, details } = alert;
  const steps = remediationSteps(alert);
  return {
    alert_id: id,
    alert_severity: severity,
    alert_source: source.name,
    ...(description !== undefined && { description }),
    ...(rule !== undefined && { rule }),
    ...(mitre !== undefined && { mitre }),
    ...(confidence !== undefined && { confidence }),
    ...(resources !== undefined && { resources }),
    ...(actors !== undefined && { actors }),
    ...(observables !== undefined && { observables }),
    ...(actions_taken !== undefined && { actions_taken }),
    ...(steps.length > 0 && { what_to_do: steps }),
    labels,
    details,
  };
}

function shortText(text: string): string {
  return fit(inertLine(text), MAX_TEXT) || '-';
}
