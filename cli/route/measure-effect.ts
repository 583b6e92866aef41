import { type OfKind, routeEffect, type RouteEffect } from '../../functions/core/operator/route-effect.ts';
import { countedAlerts } from '../../functions/core/text/count-words.ts';
import { inert } from '../screen/terminal.ts';
import { asRouted, type Configured } from '../../functions/core/route/routing-configuration.ts';
import type { UnreadableConfig } from '../../functions/core/model/config/unreadable-config.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { CommandResult } from '../command.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';

const DAY_MS = 86_400_000;
const PAGE = 250;
/** A person waits for it; the newest tell enough. */
const MAX_ALERTS = 5_000;
/** Of a destination; a script reads --json. */
const SHOWN_KINDS = 6;

export async function readConfigured({ config }: Gateway): Promise<Configured> {
  const [routes, destinations, silences, lookups, intervals] = await Promise.all([
    config.list('route'),
    config.list('destination'),
    config.list('silence'),
    config.list('lookup'),
    config.list('interval'),
  ]);
  return { routes, destinations, silences, lookups, intervals };
}

/** Everything of it that cannot be read. */
export function unreadableOf(configured: Configured): UnreadableConfig[] {
  return Object.values(configured).flatMap(({ unreadable }): UnreadableConfig[] => unreadable);
}

/** The effect of the routes `after`, counted over the alerts of the last 24 hours. */
export async function measureEffect(
  session: Session,
  gateway: Gateway,
  configured: Configured,
  after: Partial<Configured['routes']>,
): Promise<RouteEffect> {
  return measureChange(session, gateway, configured, {
    ...configured,
    routes: { ...configured.routes, ...after },
  });
}

/** The same for any change of the configuration that decides who is told. */
export async function measureChange(
  session: Session,
  gateway: Gateway,
  before: Configured,
  after: Configured,
): Promise<RouteEffect> {
  return routeEffect(await alertsOfLastDay(session, gateway), asRouted(before), asRouted(after));
}

/** The newest alerts of the last 24 hours that are stored. */
export async function alertsOfLastDay(session: Session, { records }: Gateway): Promise<RoutedAlert[]> {
  const window = {
    since: new Date(session.nowMs - DAY_MS).toISOString(),
    until: new Date(session.nowMs).toISOString(),
  };
  const alerts: RoutedAlert[] = [];
  let next: string | undefined;
  do {
    const page = await records.alerts({ ...window, limit: PAGE, ...(next !== undefined && { after: next }) });
    alerts.push(...page.items);
    next = page.next;
  } while (next !== undefined && alerts.length < MAX_ALERTS);
  return alerts;
}

/** The effect of storing a route, as a new one or in the place of the one with its id. */
export async function effectOfSaving(session: Session, gateway: Gateway, route: Route): Promise<RouteEffect> {
  const configured = await readConfigured(gateway);
  const others = configured.routes.readable.filter(({ id }) => id !== route.id);
  return measureEffect(session, gateway, configured, { readable: [...others, route] });
}

/** The result of a command with `--dry-run`. */
export function onlySaid(view: object, effect: RouteEffect): CommandResult {
  return {
    json: { ...view, effect: effectView(effect), dry_run: true },
    text: `Nothing was changed. ${describeEffect(effect)}`,
  };
}

/** `Of 44 alerts in the last 24 hours: on-call: 41 -> 3; nobody: 0 -> 0`, and below it of which sources and severities. */
export function describeEffect({ alerts, destinations, nobody }: RouteEffect): string {
  if (alerts === 0) return 'No alert is stored of the last 24 hours to count it on.';
  const changed = destinations.filter(({ newly, noLonger }) => newly.length > 0 || noLonger.length > 0);
  const counts = [...changed, { name: 'nobody', ...nobody }].map(
    ({ name, before, after }) => `${inert(name)}: ${before} -> ${after}`,
  );
  return [
    `Of ${countedAlerts(alerts)} in the last 24 hours: ${counts.join('; ')}`,
    ...changed.flatMap(({ name, newly, noLonger }) => [
      ...kindsLine(`${inert(name)} newly told`, newly),
      ...kindsLine(`${inert(name)} no longer told`, noLonger),
    ]),
    ...(nobody.after > nobody.before ? ['More alerts than before reach nobody.'] : []),
  ].join('\n');
}

function kindsLine(words: string, kinds: readonly OfKind[]): string[] {
  if (kinds.length === 0) return [];
  const shown = kinds
    .slice(0, SHOWN_KINDS)
    .map(({ source, severity, alerts }) => `${inert(source)} ${severity} ${String(alerts)}`);
  const more = kinds.length > SHOWN_KINDS ? [`${String(kinds.length - SHOWN_KINDS)} more`] : [];
  return [`  ${words}: ${[...shown, ...more].join(', ')}`];
}

export function effectView({ alerts, destinations, nobody }: RouteEffect): object {
  return {
    alerts_24h: alerts,
    destinations: destinations.map(({ newly, noLonger, ...told }) => ({
      ...told,
      newly_told: newly,
      no_longer_told: noLonger,
    })),
    nobody,
  };
}
