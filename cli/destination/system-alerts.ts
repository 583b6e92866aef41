import { takesSystemAlerts } from '../../functions/core/model/config/takes-system-alerts.ts';
import { CliFailure } from '../failure.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { ConfigStore } from '../../functions/core/operator/ports.ts';
import { TOCSIN } from '../words/hint.ts';

/** Somebody must hear that a receiver fails or that a source is silent. */
export async function refuseLastWithoutSystemAlerts(
  config: ConfigStore,
  before: Destination,
  after: Pick<Destination, 'id' | 'name'> & { systemAlerts?: boolean | undefined },
): Promise<void> {
  if (after.systemAlerts !== false || before.systemAlerts === false) return;
  const { readable } = await config.list('destination');
  const others = readable.filter(({ id, isEnabled }) => isEnabled && id !== after.id);
  if (others.some(takesSystemAlerts)) return;
  throw new CliFailure(
    'last-told',
    `${JSON.stringify(after.name)} is the last destination that is told of Tocsin itself; first say so of another one: ${TOCSIN} destination update NAME --system-alerts on`,
  );
}
