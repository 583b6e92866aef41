import { fieldsAt, optional, text, webUrl, type Fields } from '../read-fields.ts';
import { severityFromAlertmanager } from '../severity-scales.ts';
import { statusFromWord } from '../status-words.ts';
import type { AlertDraft, Format } from './format.ts';
import { expandGroup, GROUP_OMITS, newsOfMember, readGroupedAlert } from './grouped-alerts.ts';

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
  omits: GROUP_OMITS,
  expand: expandGroup,
  news: newsOfMember,
  read: (record) =>
    record['ruleName'] === undefined && record['ruleId'] === undefined
      ? readGroupedAlert(record, 'grafana')
      : readLegacy(record),
};

/**
 * Grafana's alerting before version 8, which dashboards of that time still use: one rule, no labels but its tags.
 *
 * https://grafana.com/docs/grafana/v8.5/alerting/old-alerting/notifications/#webhook
 */
function readLegacy(record: Fields): AlertDraft {
  const tags = fieldsAt(record, 'tags');
  const id = text(record['ruleId']);
  const name =
    text(record['ruleName']) ?? text(record['title'])?.replace(/^\[[^\]]*\]\s*/u, '') ?? `rule ${id ?? ''}`;
  const state = text(record['state']);
  const isNoData = state?.toLowerCase() === 'no_data';
  const url = webUrl(record['ruleUrl']);
  const original = text(tags['severity']) ?? text(tags['priority']);
  const key = [record['orgId'], record['dashboardId'], id ?? name].map((part) => text(part) ?? '').join(':');
  return {
    type: 'grafana.legacy',
    status: statusFromWord(state) ?? 'firing',
    ...optional('severity', severityFromAlertmanager(original)),
    ...optional('severityOriginal', original),
    title: isNoData ? `No data: ${name}` : name,
    ...optional('description', text(record['message'])),
    ...optional('source_alert_id', id),
    dedup_key: `grafana:rule:${key}`,
    rule: { name, ...optional('id', id), ...optional('url', url) },
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    labels: Object.fromEntries(
      Object.entries(tags).flatMap(([tag, value]) => {
        const written = text(value);
        return written === undefined ? [] : [[tag, written]];
      }),
    ),
  };
}
