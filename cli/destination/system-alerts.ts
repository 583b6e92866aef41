import type { Destination } from '../../functions/core/model/config/destination.ts';
import { leavesNobodyTold, toldOfItself } from '../../functions/core/operator/told-of-itself.ts';
import type { ConfigStore } from '../../functions/core/operator/ports.ts';
import { CliFailure } from '../failure.ts';
import { TOCSIN } from '../words/hint.ts';

/** The reason of the refusal, and the way out of it. */
export const LAST_TOLD = `the last destination that is told of Tocsin itself; first say so of another one: ${TOCSIN} destination update NAME --system-alerts on`;

/** One destination at least must hear that a receiver fails or a source is silent. `after` is absent for a deletion. */
export async function refuseLastTold(
  config: ConfigStore,
  { id, name }: { id: string; name: string },
  after: Destination | undefined,
): Promise<void> {
  const { readable } = await config.list('destination');
  const others = readable.filter((one) => one.id !== id).map(toldOfItself);
  const remaining = after === undefined ? others : [...others, toldOfItself(after)];
  if (!leavesNobodyTold(readable.map(toldOfItself), remaining)) return;
  throw new CliFailure('last-told', `${JSON.stringify(name)} is ${LAST_TOLD}`);
}

/**
 * Two operators may take the last two at once, each having seen the other one. So it is looked at once more after the change was
 * written: the later writer sees both changes. Then this destination goes on being told, and the command fails.
 */
export async function keepSomebodyTold(
  config: ConfigStore,
  before: Destination,
  after: Destination,
): Promise<void> {
  if (toldOfItself(before) !== 'told' || toldOfItself(after) === 'told' || !(await isNobodyTold(config)))
    return;
  const now = await config.find('destination', after.id);
  if (now === undefined) return;
  const { systemAlerts: _, ...others } = now;
  const asBefore: Destination = {
    ...others,
    isEnabled: true,
    ...(before.systemAlerts !== undefined && { systemAlerts: before.systemAlerts }),
    version: now.version + 1,
  };
  // Its recipients may all be executives by now.
  const isTold = toldOfItself(asBefore) === 'told';
  await config.update('destination', now, isTold ? asBefore : { ...asBefore, systemAlerts: true });
  throw tookBothAtOnce(after.name);
}

/** The same of one that was deleted, and can be put back. */
export async function refuseTakenAtOnce(config: ConfigStore, wasTold: boolean, name: string): Promise<void> {
  if (wasTold && (await isNobodyTold(config))) throw tookBothAtOnce(name);
}

async function isNobodyTold(config: ConfigStore): Promise<boolean> {
  const { readable } = await config.list('destination');
  return leavesNobodyTold(['told'], readable.map(toldOfItself));
}

function tookBothAtOnce(name: string): CliFailure {
  return new CliFailure(
    'last-told',
    `another command took the other destination that is told of Tocsin itself at the same time, so ${JSON.stringify(name)} stays the one that is told; ${JSON.stringify(name)} is ${LAST_TOLD}`,
  );
}
