import { lookedUp } from '../../functions/core/route/look-up.ts';
import { routeAlert } from '../../functions/core/route/route-alert.ts';
import { inert } from '../screen/terminal.ts';
import { describeTrace } from '../words/routing.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { RoutingTrace } from '../../functions/core/model/wire/accepted-alerts.ts';
import { asRouted, type Configured } from '../../functions/core/route/routing-configuration.ts';

/** The decision that the router would make about one alert. */
type Decision = { alert: Alert; trace: RoutingTrace[] };

/** Decides with what routes alerts in production, on the configuration as it is now. */
export function decisionsOf(alerts: readonly Alert[], configured: Configured, atMs: number): Decision[] {
  const configuration = asRouted(configured);
  return alerts
    .map((alert) => lookedUp(alert, configuration.lookups ?? []))
    .map((alert) => ({ alert, trace: routeAlert(alert, configuration, atMs).trace }));
}

/**
 * The names of all that are told of any of the alerts, at once or when a time interval opens, in order. Not those that are
 * told of an end only if they were told before.
 */
export function toldBy(decisions: readonly Decision[]): string[] {
  const told = decisions.flatMap(({ trace }) =>
    trace.filter(
      ({ decision, because }) =>
        (decision === 'deliver' || decision === 'hold') && because !== 'perhaps-told-before',
    ),
  );
  return [...new Set(told.map(({ destination_name: name }) => name))].toSorted();
}

/** `expected on-call, siem; told on-call`; undefined where they are the same. */
export function differenceOf(expected: readonly string[], told: readonly string[]): string | undefined {
  const wanted = [...new Set(expected)].toSorted();
  const shown = (names: readonly string[]) => (names.length === 0 ? 'nobody' : names.map(inert).join(', '));
  return wanted.join('\n') === told.join('\n') ? undefined : `expected ${shown(wanted)}; told ${shown(told)}`;
}

export function describeDecision({ alert, trace }: Decision): string {
  const { severity, type, source, title } = alert;
  const lines = trace.map((one) => `  ${inert(one.destination_name)}: ${describeTrace(one)}`);
  return [
    `${severity} ${inert(type)} from ${inert(source.name)}: ${inert(title)}`,
    ...(lines.length === 0 ? ['  there is no destination'] : lines),
  ].join('\n');
}

export function decisionView({ alert, trace }: Decision): object {
  const { type, severity, status, title, source, labels, environment } = alert;
  return {
    alert: {
      type,
      severity,
      status,
      title,
      source,
      labels,
      ...(environment !== undefined && { environment }),
    },
    destinations: trace,
  };
}
