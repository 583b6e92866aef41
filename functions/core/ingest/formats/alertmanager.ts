import type { Format } from './format.ts';
import { expandGroup, GROUP_OMITS, newsOfMember, readGroupedAlert } from './grouped-alerts.ts';

/**
 * Prometheus Alertmanager's webhook receiver, version 4: a group of alerts under common labels.
 *
 * It cannot sign; it sends basic, bearer or OAuth 2 credentials. `fingerprint` is the same while an alert fires and
 * when it is resolved.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config (2026-11-21)
 */
export const alertmanager: Format = {
  name: 'alertmanager',
  summary: 'Prometheus Alertmanager webhook, version 4',
  preset: { auth: { type: 'bearer' } },
  omits: GROUP_OMITS,
  expand: expandGroup,
  news: newsOfMember,
  read: (record) => readGroupedAlert(record, 'alertmanager'),
};
