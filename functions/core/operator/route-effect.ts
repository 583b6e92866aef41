import { type Alert, isSystemAlert } from '../model/wire/alert.ts';
import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { type Severity, SEVERITIES } from '../model/wire/severity.ts';
import type { RoutingConfiguration } from '../route/ports.ts';
import { routeAlert } from '../route/route-alert.ts';

/** How many alerts somebody is told of before and after a change. */
type Told = { before: number; after: number };

/** Alerts of one source and severity. */
export type OfKind = { source: string; severity: Severity; alerts: number };

/** The effect that a change of the configuration would have had on alerts that are stored. */
export type RouteEffect = {
  alerts: number;
  /**
   * In the order of the configuration, the ones that differ and the ones that do not, with what one would newly be told
   * of and no longer.
   */
  destinations: ({ id: string; name: string; newly: OfKind[]; noLonger: OfKind[] } & Told)[];
  /** Alerts of which no destination is told. */
  nobody: Told;
};

/** Each alert is decided as at the time it came. An end that is told only to those who were told before counts with them. */
function toldOf(alert: Alert, configuration: RoutingConfiguration): Set<string> {
  const { trace } = routeAlert(alert, configuration, Date.parse(alert.received_at));
  return new Set(
    trace
      .filter(
        ({ decision, because }) =>
          decision !== 'skip' && decision !== 'drop' && because !== 'perhaps-told-before',
      )
      .map((one) => one.destination_id),
  );
}

/** Routes stored alerts anew by two configurations, with what routes them in production. System alerts and tests do not count. */
export function routeEffect(
  stored: readonly RoutedAlert[],
  before: RoutingConfiguration,
  after: RoutingConfiguration,
): RouteEffect {
  const decided = stored
    .filter(({ alert }) => !isSystemAlert(alert))
    .map(({ alert }) => ({ alert, was: toldOf(alert, before), is: toldOf(alert, after) }));
  const names = new Map(
    [after, before]
      .flatMap(({ destinations, unreadable }) => [...destinations, ...unreadable.destinations])
      .map(({ id, name = id }) => [id, name]),
  );
  const count = (holds: (told: ReadonlySet<string>) => boolean): Told => ({
    before: decided.filter(({ was }) => holds(was)).length,
    after: decided.filter(({ is }) => holds(is)).length,
  });
  const alertsWhere = (holds: (one: (typeof decided)[number]) => boolean): OfKind[] =>
    byKind(decided.filter(holds).map(({ alert }) => alert));
  return {
    alerts: decided.length,
    destinations: Array.from(names, ([id, name]) => ({
      id,
      name,
      ...count((told) => told.has(id)),
      newly: alertsWhere(({ was, is }) => is.has(id) && !was.has(id)),
      noLonger: alertsWhere(({ was, is }) => was.has(id) && !is.has(id)),
    })),
    nobody: count((told) => told.size === 0),
  };
}

/** The most first. */
function byKind(alerts: readonly Alert[]): OfKind[] {
  const groups = Map.groupBy(alerts, ({ source, severity }) => `${source.name}\n${severity}`);
  return [...groups.values()]
    .flatMap((group): OfKind[] =>
      group
        .slice(0, 1)
        .map(({ source: { name }, severity }) => ({ source: name, severity, alerts: group.length })),
    )
    .toSorted(
      (a, b) =>
        b.alerts - a.alerts ||
        a.source.localeCompare(b.source) ||
        SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity),
    );
}
