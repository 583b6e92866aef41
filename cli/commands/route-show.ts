import { conditionMatchers } from '../../functions/core/match/condition-matchers.ts';
import { printMatcher } from '../../functions/core/match/matcher.ts';
import { lastChangedBy } from '../caller.ts';
import { addCommand } from '../command.ts';
import { destinationNames, findConfig } from '../config/find-config.ts';
import { defaultRouteOf, defaultRouteView, describeDefault, isDefaultRoute } from '../route/default-route.ts';
import { readConfigured } from '../route/measure-effect.ts';
import { renderFields } from '../screen/table.ts';
import { routeView } from '../words/views.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { CommandFile } from '../command.ts';
import type { Gateway } from '../gateway.ts';

export const addRouteShow: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'show <name>',
    summary: 'Show a route: when it applies, as matchers, and whom it tells',
    examples: ['tocsin route show urgent', 'tocsin route show default'],
    async run(session, _options, name = '') {
      const gateway = await session.gateway();
      const configured = await readConfigured(gateway);
      const destinationName = destinationNames(configured.destinations);
      const intervalName = destinationNames(configured.intervals);
      if (isDefaultRoute(name)) {
        const route = defaultRouteOf(configured.routes);
        return {
          json: defaultRouteView(route),
          text: renderFields(
            [
              ['name', 'default'],
              ['when', 'no other route matches'],
              ['to', describeDefault(route, destinationName)],
              ...hoursLines(route.stored, intervalName),
            ],
            session.paint,
          ),
        };
      }
      const route = await findConfig(gateway.config, 'route', name);
      const by = await lastChangedBy(gateway, 'route', route.id);
      const matchers = conditionMatchers(route.condition).map(printMatcher);
      const shown = conditionMatchers(await withSourceNames(gateway, route.condition)).map(printMatcher);
      return {
        json: { ...routeView(route), matchers, updated_by: by ?? null },
        text: renderFields(
          [
            ['name', route.name],
            ['id', route.id],
            ['when', shown.length === 0 ? 'always' : shown.join('\n')],
            ['to', route.destinationIds.map(destinationName).join(', ')],
            ...hoursLines(route, intervalName),
            ['enabled', route.isEnabled === false ? 'no' : 'yes'],
            ['created', route.createdAt],
            ['changed', `${route.updatedAt}${by === undefined ? '' : ` by ${by}`}`],
          ],
          session.paint,
        ),
      };
    },
  });
};

/** A person knows sources by name; a script gets what is stored. */
async function withSourceNames(
  { config }: Gateway,
  { sourceIds, ...others }: Route['condition'],
): Promise<Route['condition']> {
  if (sourceIds === undefined) return others;
  const sourceName = destinationNames(await config.list('source'));
  return { sourceIds: sourceIds.map(sourceName), ...others };
}

/** When a route tells at once, and what becomes of the rest; no line where it always does. */
function hoursLines(route: Route | undefined, intervalName: (id: string) => string): [string, string][] {
  const { activeIntervalIds: active = [], mutedIntervalIds: muted = [] } = route ?? {};
  if (route === undefined || active.length + muted.length === 0) return [];
  const named = (label: string, ids: readonly string[]): [string, string][] =>
    ids.length === 0 ? [] : [[label, ids.map(intervalName).join(', ')]];
  return [...named('active', active), ...named('muted', muted), ['outside', describeOutside(route)]];
}

function describeOutside({ outside = 'hold', holdsCritical }: Route): string {
  const what = outside === 'hold' ? 'held until they open' : 'dropped';
  return holdsCritical === true
    ? `${what}, critical alerts too`
    : `${what}; critical alerts are told at once`;
}
