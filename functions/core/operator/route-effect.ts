import { type Alert, isSystemAlert } from '../model/wire/alert.ts';
import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import type { RoutingConfiguration } from '../route/ports.ts';
import { routeAlert } from '../route/route-alert.ts';

/** How many alerts somebody is told of before and after a change. */
type Told = { before: number; after: number };

/** What a change of the routes would have meant for alerts that are stored. */
export type RouteEffect = {
  alerts: number;
  /** In the order of the configuration; the ones that differ and the ones that do not. */
  destinations: ({ id: string; name: string } & Told)[];
  /** Alerts of which no destination is told. */
  nobody: Told;
};

/** Each alert is decided as at the time it came. */
function toldOf(alert: Alert, configuration: RoutingConfiguration): string[] {
  const { trace } = routeAlert(alert, configuration, Date.parse(alert.received_at));
  return trace
    .filter(({ decision }) => decision !== 'skip' && decision !== 'drop')
    .map((one) => one.destination_id);
}

/** Routes stored alerts anew by two configurations, with what routes them in production. System alerts and tests do not count. */
export function routeEffect(
  stored: readonly RoutedAlert[],
  before: RoutingConfiguration,
  after: RoutingConfiguration,
): RouteEffect {
  const alerts = stored.map(({ alert }) => alert).filter((alert) => !isSystemAlert(alert));
  const names = new Map(
    [...after.destinations, ...after.unreadable.destinations].map(({ id, name = id }) => [id, name]),
  );
  const [was, is] = [before, after].map((configuration) =>
    alerts.map((alert) => new Set(toldOf(alert, configuration))),
  );
  const count = (holds: (told: ReadonlySet<string>) => boolean): Told => ({
    before: (was ?? []).filter(holds).length,
    after: (is ?? []).filter(holds).length,
  });
  return {
    alerts: alerts.length,
    destinations: Array.from(names, ([id, name]) => ({ id, name, ...count((told) => told.has(id)) })),
    nobody: count((told) => told.size === 0),
  };
}
