import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { parseRoute } from '../../functions/core/config/parse-route.ts';
import { meanwhile } from '../config/changed-meanwhile.ts';
import { ROUTE_SETTINGS } from '../../functions/core/config/settings/route-settings.ts';
import { addCommand } from '../command.ts';
import { addSettings, flagsOf, inputOf, type OptionsOf } from '../config/settings.ts';
import { createConfig } from '../config/create-config.ts';
import { refusedSettings } from '../failure.ts';
import { allOf, findIds } from '../config/find-config.ts';
import { randomOf } from '../io.ts';
import { randomConfigId } from '../config/random-id.ts';
import { routeView } from '../words/views.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { CommandFile } from '../command.ts';
import type { Gateway } from '../gateway.ts';

type Options = OptionsOf<typeof ROUTE_SETTINGS>;

export const addRouteCreate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'create',
    summary: 'Send the alerts that match every condition to these destinations',
    examples: [
      'tocsin route create --name urgent --to oncall,siem --min-severity high',
      "tocsin route create --name code --to developers --source ci --type 'github.*' --label environment=prod",
    ],
    options(command) {
      addSettings(command, 'create', { list: ROUTE_SETTINGS });
    },
    async run(session, options) {
      const problems: Problem[] = [];
      const labels = options.label === undefined ? undefined : readLabels(options.label, problems);
      const input = inputOf(ROUTE_SETTINGS, { ...options, label: labels });
      // Once with the names, to report what is wrong before anything is looked up.
      const settings = parseRoute(input);
      if (!settings.ok) problems.push(...settings.problems);
      if (!settings.ok || problems.length > 0) throw refusedSettings(problems, flagsOf(ROUTE_SETTINGS));
      const gateway = await session.gateway();
      const { sourceIds, ...others } = settings.value.condition;
      const now = new Date(session.nowMs).toISOString();
      const route: Route = {
        id: randomConfigId('rte', randomOf(session.io)),
        name: settings.value.name,
        destinationIds: await findIds(gateway.config, 'destination', settings.value.destinationIds),
        condition: {
          ...(sourceIds !== undefined && { sourceIds: await findIds(gateway.config, 'source', sourceIds) }),
          ...others,
        },
        createdAt: now,
        updatedAt: now,
      };
      const isFirst = allOf(await gateway.config.list('route')).length === 0;
      await createConfig(gateway, 'route', route);
      await undoWithoutDestinations(gateway, route);
      return {
        json: routeView(route),
        text:
          `${session.paint('green', 'Created')} route ${session.paint('bold', route.name)} (${route.id})` +
          (isFirst ? '\nIt is the first route: from now on only alerts that match a route are sent.' : ''),
      };
    },
  });
};

/** A destination may have been deleted since it was looked up: the route would send to nobody. */
async function undoWithoutDestinations({ config }: Gateway, route: Route): Promise<void> {
  const found = await boundedMap(route.destinationIds, CALLS_AT_ONCE, async (id) =>
    config.locate('destination', id),
  );
  if (!found.includes(undefined)) return;
  const stored = await config.locate('route', route.id);
  if (stored !== undefined) await config.delete(stored);
  throw meanwhile('a destination of the route was deleted meanwhile');
}

function readLabels(labels: readonly string[], problems: Problem[]): Record<string, string> {
  const read: Record<string, string> = {};
  for (const label of labels) {
    const equals = label.indexOf('=');
    const name = label.slice(0, equals);
    if (equals < 1) {
      problems.push({
        path: 'condition.labels',
        message: `${JSON.stringify(label)} is no label; expected name=value`,
      });
    } else if (Object.hasOwn(read, name)) {
      problems.push({
        path: 'condition.labels',
        message: `${JSON.stringify(name)} is there twice; all labels must match`,
      });
    }
    read[equals < 1 ? label : name] = label.slice(equals + 1);
  }
  return read;
}
