import { addCommand } from '../command.ts';
import { changedMeanwhile } from '../config/changed-meanwhile.ts';
import { findConfig } from '../config/find-config.ts';
import { CliFailure } from '../failure.ts';
import { isDefaultRoute } from '../route/default-route.ts';
import { describeEffect, effectOfSaving, effectView, onlySaid } from '../route/measure-effect.ts';
import { routeView } from '../words/views.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';

type Options = { dryRun?: boolean };

const DRY_RUN = ['--dry-run', 'only say what it would change, counted over the last 24 hours'] as const;

export const addRouteEnable: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'enable <name>',
    summary: 'Let a route apply again',
    examples: ['tocsin route enable urgent'],
    options: (command) => command.option(...DRY_RUN),
    run: async (session, options, name = '') => setEnabled(session, name, 'enabled', options),
  });
};

export const addRouteDisable: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'disable <name>',
    summary: 'Let a route not apply until it is enabled; what only it matches goes by the default route',
    examples: ['tocsin route disable urgent', 'tocsin route disable urgent --dry-run'],
    options: (command) => command.option(...DRY_RUN),
    run: async (session, options, name = '') => setEnabled(session, name, 'disabled', options),
  });
};

async function setEnabled(
  session: Session,
  name: string,
  word: 'enabled' | 'disabled',
  { dryRun }: Options,
): Promise<CommandResult> {
  if (isDefaultRoute(name)) {
    throw new CliFailure(
      'always-enabled',
      `the route "default" always applies; to tell nobody by it: ${TOCSIN} route update default --to none`,
    );
  }
  const gateway = await session.gateway();
  const before = await findConfig(gateway.config, 'route', name);
  const isEnabled = word === 'enabled';
  const title = session.paint('bold', before.name);
  if ((before.isEnabled ?? true) === isEnabled) {
    return { json: routeView(before), text: `Route ${title} was ${word} already` };
  }
  const after = { ...before, isEnabled, updatedAt: new Date(session.nowMs).toISOString() };
  const effect = await effectOfSaving(session, gateway, after);
  if (dryRun === true) return onlySaid(routeView(after), effect);
  const result = await gateway.config.update('route', before, after);
  if (result !== 'changed') throw await changedMeanwhile(gateway, 'route', before);
  return {
    json: { ...routeView(after), effect: effectView(effect) },
    text: `Route ${title} is ${word}\n${describeEffect(effect)}`,
  };
}
