import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import type { Alert } from '../model/wire/alert.ts';
import { lookedUp } from './look-up.ts';
import type { RoutingConfiguration } from './ports.ts';
import { routeAlert } from './route-alert.ts';

/** An alert with what is known of the request that brought it. */
export type AlertWithProof = {
  alert: Alert;
  proof: Pick<RoutedAlert, 'request_id' | 'authenticated_by'>;
};

/** The decisions, each by itself: an alert that cannot be decided keeps no other from its way. */
export function decided(
  alerts: readonly AlertWithProof[],
  configuration: RoutingConfiguration,
  nowMs: number,
): { routed: RoutedAlert[]; undecided: unknown[] } {
  const routedAt = new Date(nowMs).toISOString();
  const routed: RoutedAlert[] = [];
  const undecided: unknown[] = [];
  for (const { alert: received, proof } of alerts) {
    try {
      const alert = lookedUp(received, configuration.lookups ?? []);
      const routing = routeAlert(alert, configuration, nowMs);
      const state = routing.deliveries.length > 0 ? 'routed' : 'unrouted';
      routed.push({ alert, ...proof, routing: state, routed_at: routedAt, ...routing });
    } catch (error) {
      undecided.push(error);
    }
  }
  return { routed, undecided };
}
