import type { Format } from './format.ts';
import { expandGroup, readGroupedAlert } from './grouped-alerts.ts';

/**
 * Grafana Alerting's webhook contact point: Alertmanager's body with `values` and links to dashboard and silence.
 *
 * With a timestamp header set in the contact point, Grafana signs `timestamp:body` instead of the body.
 * https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 * (2026-11-21)
 */
export const grafana: Format = {
  name: 'grafana',
  summary: 'Grafana Alerting webhook contact point',
  preset: {
    auth: {
      type: 'hmac',
      header: 'x-grafana-alerting-signature',
      algorithm: 'sha256',
      signedContent: 'body',
    },
  },
  expand: expandGroup,
  read: (record) => readGroupedAlert(record, 'grafana'),
};
