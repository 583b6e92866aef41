import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { isSystemAlert } from '../model/wire/alert.ts';
import type { UnreadableRoute } from '../model/config/unreadable-config.ts';
import { unreadableConfigAlert } from '../system-alerts/configuration-unreadable.ts';
import { raised } from '../system-alerts/raise.ts';
import type { AlertQueue } from '../ingest/ports.ts';

/**
 * Tells that alerts go to more destinations than wanted, because a route cannot be read. System alerts raise none of their
 * own: they pass here too, and would never end.
 *
 * The hour of a system alert is that of the alert that is its example, as of every system alert of the router.
 */
export async function raiseUnreadableRoutes(
  routed: readonly RoutedAlert[],
  unreadable: readonly UnreadableRoute[],
  alerts: AlertQueue,
): Promise<void> {
  const example = routed.find(
    ({ alert, trace }) =>
      !isSystemAlert(alert) && trace.some(({ because }) => because === 'route-unreadable'),
  );
  if (example === undefined) return;
  const { alert } = example;
  const atMs = Date.parse(alert.received_at);
  await alerts.enqueue(
    raised(unreadable.map((route) => unreadableConfigAlert(route, atMs, alert.tenant_id, alert))),
  );
}
