import type { Alert } from '../model/wire/alert.ts';
import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { systemAlert } from './raise.ts';

/**
 * One system alert per source and hour, however many of its alerts went nowhere. The hour is that of the alert that
 * is the example, not the one in which the router looks: a second look must not raise a second alert.
 */
export function unroutedAlerts(unrouted: readonly RoutedAlert[]): Alert[] {
  const bySource = new Map(unrouted.map(({ alert }) => [alert.source.id, alert]));
  return [...bySource.values()].map((example) =>
    systemAlert({
      type: 'tocsin.unrouted',
      subject: example.source.id,
      severity: 'high',
      title: `Alerts of source ${example.source.name} reach nobody`,
      description: `An alert of type ${example.type} and severity ${example.severity} matched no route and no destination. It is stored, and nobody was told.`,
      steps: [
        'List what reached nobody: tocsin alerts list --state unrouted',
        'See why: tocsin alerts show ALERT_ID',
        'Add a route or a destination, or lower the minimum severity of one',
      ],
      details: {
        source_id: example.source.id,
        source_name: example.source.name,
        example_alert_id: example.id,
      },
      nowMs: Date.parse(example.received_at),
      tenantId: example.tenant_id,
    }),
  );
}
