import type { Alert } from '../../../model/wire/alert.ts';
import { hecCode } from './answer-refusals.ts';
import type { WebhookFormat } from './format.ts';
import { withinBytes } from './within-bytes.ts';

/** Splunk Cloud takes 1 MB a request; the rest is for what stands around the alert. */
const MAX_EVENT_BYTES = 900_000;

/**
 * One event for Splunk's HTTP Event Collector, endpoint `/services/collector/event`
 * (https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector).
 *
 * The index is the token's. `fields` are indexed, so they are few and flat; the event is the canonical alert.
 */
export const splunkHec: WebhookFormat = {
  name: 'splunk-hec',
  summary: "an event for Splunk's HTTP Event Collector",
  contentType: 'application/json',
  auth: { type: 'bearer', credential: 'the token of the HTTP Event Collector' },
  authorization: (credential) => `Splunk ${credential}`,
  refusal: hecCode,
  render: (alert) =>
    JSON.stringify({
      time: Date.parse(alert.event_time) / 1_000,
      host: hostOf(alert),
      source: `tocsin:${alert.source.name}`,
      sourcetype: 'tocsin:alert',
      event: withinBytes(alert, MAX_EVENT_BYTES),
      fields: { severity: alert.severity, status: alert.status, alert_type: alert.type, alert_id: alert.id },
    }),
};

function hostOf(alert: Alert): string {
  const [resource] = alert.resources ?? [];
  const names = [resource?.name, resource?.id].map((name) => name?.trim() ?? '');
  return names.find((name) => name !== '') ?? 'tocsin';
}
