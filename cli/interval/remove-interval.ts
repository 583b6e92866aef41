import type { ConfigStore, Located } from '../../functions/core/operator/ports.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { CliFailure } from '../failure.ts';
import { inert } from '../screen/terminal.ts';
import { TOCSIN } from '../words/hint.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { routesNaming } from './views.ts';

/** Deletes an interval that no route names. It comes back when one names it by now: that route would tell at any time. */
export async function removeInterval(config: ConfigStore, interval: Located): Promise<void> {
  await refuseNamed(config, interval);
  const result = await config.delete(interval);
  if (result !== 'changed') throw deletedOrChanged('interval', interval.name ?? interval.id, result);
  try {
    await refuseNamed(config, interval);
  } catch (error) {
    await config.restore(interval);
    throw error;
  }
}

async function refuseNamed(config: ConfigStore, { id, name = id }: Located): Promise<void> {
  const naming = routesNaming((await config.list('route')).readable, id);
  const [first] = naming;
  if (first === undefined) return;
  const routes = naming.map((route) => JSON.stringify(route.name)).join(', ');
  throw new CliFailure(
    'in-use',
    `interval ${JSON.stringify(name)} is named by ${routes}; take it away first, for example: ${TOCSIN} route update ${inert(shellWord(first.name))} --active any --muted any`,
  );
}
