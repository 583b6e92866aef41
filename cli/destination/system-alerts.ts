import type { Destination } from '../../functions/core/model/config/destination.ts';
import { leavesNobodyTold, toldOfItself } from '../../functions/core/operator/told-of-itself.ts';
import type { ConfigStore } from '../../functions/core/operator/ports.ts';
import { CliFailure } from '../failure.ts';
import { TOCSIN } from '../words/hint.ts';

/** What is refused, and the way out of it. */
export const LAST_TOLD = `the last destination that is told of Tocsin itself; first say so of another one: ${TOCSIN} destination update NAME --system-alerts on`;

/** Somebody must hear that a receiver fails or that a source is silent. `after` is absent when it is deleted. */
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
