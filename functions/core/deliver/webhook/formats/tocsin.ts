import type { Alert } from '../../../model/wire/alert.ts';
import { consoleUrl } from './links.ts';
import type { WebhookFormat } from './format.ts';

/**
 * Our own: the v1 envelope around the canonical alert. `console_url` is empty when the alert has no link.
 *
 * ```json
 * {"event_type": "alert_created", "version": "v1", "timestamp": "2025-01-15T14:23:01.000Z", "tenant_id": "default",
 *  "data": {"id": "…", "severity": "high", "title": "…"}, "console_url": "https://…"}
 * ```
 */
export const tocsin: WebhookFormat = {
  name: 'tocsin',
  summary: 'the v1 envelope around the canonical alert',
  contentType: 'application/json',
  render: (alert, { createdAt }) =>
    JSON.stringify({
      event_type: alertEvent(alert),
      version: 'v1',
      timestamp: createdAt,
      tenant_id: alert.tenant_id,
      data: alert,
      console_url: consoleUrl(alert),
    }),
};

/** The event of the alert, as our own receivers see it. */
function alertEvent(alert: Alert): 'alert_created' | 'alert_resolved' | 'alert_dismissed' {
  return alert.status === 'firing' ? 'alert_created' : `alert_${alert.status}`;
}
