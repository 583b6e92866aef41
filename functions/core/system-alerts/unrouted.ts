import type { Alert } from '../model/wire/alert.ts';
import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { detailsOfAlert, namedAlert } from './example.ts';
import { systemAlert } from './raise.ts';

/**
 * One system alert per source and hour, however many of its alerts went nowhere. The hour is that of the alert that
 * is the example, not the one in which the router looks: a second look must not raise a second alert. The gravest is the
 * example, and the system alert is no less grave.
 */
export function unroutedAlerts(unrouted: readonly RoutedAlert[]): Alert[] {
  const bySource = Map.groupBy(unrouted, ({ alert }) => alert.source.id);
  return [...bySource.values()].flatMap((some) => {
    const [example] = some.map(({ alert }) => alert).toSorted((a, b) => b.severity_id - a.severity_id);
    return example === undefined ? [] : [unroutedAlert(example)];
  });
}

function unroutedAlert(example: Alert): Alert {
  const isCritical = example.severity === 'critical';
  return systemAlert({
    type: 'tocsin.unrouted',
    // What is critical is told though something else was told in this hour.
    subject: isCritical ? `${example.source.id}:critical` : example.source.id,
    severity: isCritical ? 'critical' : 'high',
    title: `${isCritical ? 'Critical alerts' : 'Alerts'} of source ${example.source.name} reach nobody`,
    description: `${namedAlert(example)} of type ${example.type} and severity ${example.severity} matched no route and no destination. It is stored, and nobody was told.`,
    steps: [
      'List what reached nobody: tocsin alerts list --state unrouted',
      `See why: tocsin alerts show ${example.id}`,
      'Add a route or a destination, or lower the minimum severity of one',
    ],
    details: {
      source_id: example.source.id,
      source_name: example.source.name,
      ...detailsOfAlert(example),
    },
    nowMs: Date.parse(example.received_at),
    tenantId: example.tenant_id,
  });
}
