import type { WebhookFormat } from './format.ts';

/**
 * Our own: the v1 envelope around the canonical alert.
 *
 * ```json
 * {"event_type": "alert_created", "version": "v1", "timestamp": "2025-01-15T14:23:01.000Z", "tenant_id": "Tocsin",
 *  "data": {"id": "…", "severity": "high", "title": "…"}, "console_url": "https://…"}
 * ```
 */
export const tocsin: WebhookFormat = {
  name: 'tocsin',
  summary: 'the v1 envelope around the canonical alert',
  contentType: 'application/json',
  render: (alert, { createdAt }) =>
    JSON.stringify({
      event_type: alert.status === 'resolved' ? 'alert_resolved' : 'alert_created',
      version: 'v1',
      timestamp: createdAt,
      tenant_id: alert.tenant_id,
      data: alert,
      console_url: alert.links?.find(({ rel }) => rel === 'console')?.url ?? null,
    }),
};
