import type { Alert } from '../../../model/wire/alert.ts';
import { inertLine } from './inert-text.ts';
import type { WebhookFormat } from './format.ts';

/**
 * CloudEvents 1.0 in structured mode: the alert as `data` of one event
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
 *
 * `source` and `id` together name the event, so a retry is recognised. `subject` is what makes two alerts the same
 * condition, which ties `tocsin.alert.resolved` and `tocsin.alert.dismissed` to their `tocsin.alert.created`. `severity` is an extension attribute.
 */
export const cloudevents: WebhookFormat = {
  name: 'cloudevents',
  summary: 'CloudEvents 1.0, structured mode, for event brokers and serverless platforms',
  contentType: 'application/cloudevents+json',
  render: (alert) =>
    JSON.stringify({
      specversion: '1.0',
      id: alert.id,
      source: `/tocsin/${uriPart(alert.tenant_id)}/sources/${uriPart(alert.source.id)}`,
      type: alert.status === 'firing' ? 'tocsin.alert.created' : `tocsin.alert.${alert.status}`,
      subject: subjectOf(alert),
      time: alert.event_time,
      datacontenttype: 'application/json',
      severity: alert.severity,
      data: alert,
    }),
};

/** Attribute values are strings without control characters, and never empty. */
function subjectOf(alert: Alert): string {
  return inertLine(alert.dedup_key) || alert.id;
}

function uriPart(text: string): string {
  return encodeURIComponent(text.toWellFormed()) || '-';
}
