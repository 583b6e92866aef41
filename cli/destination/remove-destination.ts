import type { ConfigStore, Located } from '../../functions/core/operator/ports.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { tellLeftOver } from '../config/tell-left-over.ts';
import { allOf } from '../config/find-config.ts';
import { CliFailure } from '../failure.ts';
import { toldOfItself } from '../../functions/core/operator/told-of-itself.ts';
import { refuseTakenAtOnce } from './system-alerts.ts';
import type { Gateway } from '../gateway.ts';

/**
 * Deletes a destination, then its secret. It comes back when a route names it by now, or when nobody is told of Tocsin itself any
 * more.
 */
export async function removeDestination(gateway: Gateway, destination: Located): Promise<void> {
  const { config, secrets } = gateway;
  const { id, name = id } = destination;
  const isDone = async () => (await config.locate('destination', id)) === undefined;
  const found = (await config.list('destination')).readable.find((one) => one.id === id);
  const wasTold = found !== undefined && toldOfItself(found) === 'told';
  await tellLeftOver(gateway, { kind: 'destination', id, name, done: 'deleted', isDone }, async () => {
    const result = await config.delete(destination);
    if (result !== 'changed') throw deletedOrChanged('destination', name, result);
    try {
      await refuseNamed(config, id, name);
      await refuseTakenAtOnce(config, wasTold, name);
    } catch (error) {
      // A route was created meanwhile, or another one that was told is gone. The secret is there still, so nothing is lost.
      await config.restore(destination);
      throw error;
    }
    // Also of one that has no use for a secret now: it may have had one.
    await secrets.delete('destination', id);
  });
}

/** Without it those routes would match alerts and send them nowhere. */
export async function refuseNamed(config: ConfigStore, id: string, title: string): Promise<void> {
  const { readable, unreadable } = await config.list('route');
  const naming = allOf({
    readable: readable.filter(({ destinationIds }) => destinationIds.includes(id)),
    unreadable: unreadable.filter(({ destinationIds }) => destinationIds.includes(id)),
  });
  if (naming.length === 0) return;
  throw new CliFailure(
    'in-use',
    `destination ${JSON.stringify(title)} is named by routes (${naming.map(({ name }) => name).join(', ')}); delete those first, or disable the destination`,
  );
}
