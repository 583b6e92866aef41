import { ROUTE_SETTINGS } from '../../functions/core/config/settings/route-settings.ts';
import { addCommand } from '../command.ts';
import { addSettings } from '../config/settings.ts';
import { createConfig } from '../config/create-config.ts';
import { CliFailure } from '../failure.ts';
import { randomOf } from '../io.ts';
import { randomConfigId } from '../config/random-id.ts';
import { isDefaultRoute } from '../route/default-route.ts';
import { describeEffect, effectOfSaving, effectView, onlySaid } from '../route/measure-effect.ts';
import { nameTaken } from '../config/name-taken.ts';
import { readRoute, type RouteOptions, withIds } from '../route/read-route.ts';
import { refuseWithoutNamed } from '../route/save-route.ts';
import { routeView } from '../words/views.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { CommandFile } from '../command.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { TOCSIN } from '../words/hint.ts';

type Options = RouteOptions & { dryRun?: boolean };

export const addRouteCreate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'create',
    summary: 'Send the alerts that match every condition to these destinations',
    examples: [
      'tocsin route create --name urgent --to oncall,siem --min-severity high',
      "tocsin route create --name code --to developers --source ci --type 'github.*' --label environment=prod",
      "tocsin route create --name prod --to oncall --match 'env!=dev' --match 'team=~\"web|db\"' --dry-run",
    ],
    options(command) {
      addSettings(command, 'create', { list: ROUTE_SETTINGS });
      command.option('--dry-run', 'only say what it would change, counted over the last 24 hours');
    },
    async run(session, { dryRun = false, ...options }) {
      const settings = readRoute(options);
      if (isDefaultRoute(settings.name)) {
        throw new CliFailure(
          'name-taken',
          `the route "default" always exists; point it elsewhere: ${TOCSIN} route update default --to ${shellWord(settings.destinationIds.join(','))}`,
        );
      }
      const gateway = await session.gateway();
      if ((await gateway.config.locate('route', settings.name)) !== undefined) {
        throw nameTaken('route', settings.name);
      }
      const now = new Date(session.nowMs).toISOString();
      const route: Route = {
        id: randomConfigId('rte', randomOf(session.io)),
        ...(await withIds(gateway.config, settings)),
        createdAt: now,
        updatedAt: now,
      };
      const effect = await effectOfSaving(session, gateway, route);
      if (dryRun) return onlySaid(routeView(route), effect);
      await createConfig(gateway, 'route', route);
      await refuseWithoutNamed(gateway, route, async () => {
        const stored = await gateway.config.locate('route', route.id);
        if (stored !== undefined) await gateway.config.delete(stored);
      });
      return {
        json: { ...routeView(route), effect: effectView(effect) },
        text: `${session.paint('green', 'Created')} route ${session.paint('bold', route.name)} (${route.id})\n${describeEffect(effect)}`,
      };
    },
  });
};
