import { EMPTY_FLOW } from '../../core/model/wire/flow.ts';
import type { Clock } from '../../core/world.ts';
import type { Flows } from '../../core/deliver/ports.ts';
import { flowKey } from './keys.ts';
import { steppedItems } from './stepped-items.ts';
import type { TableAccess } from './table-access.ts';

/** Longer than any time in a flow: a window of an hour and the two hours after it. */
const EXPIRES_AFTER_SECONDS = 86_400;

/**
 * One item per addressee: `{ pk: 'MAILFLOW#dst_…', sk: the address, flow: JSON, token }`.
 *
 * A decision without a write (joining a window that is open, a place that is taken) stays right for minutes.
 */
export function dynamodbFlows(parts: TableAccess & { clock: Clock }): Flows {
  const items = steppedItems({
    ...parts,
    attribute: 'flow',
    empty: EMPTY_FLOW,
    expiresAfterSeconds: () => EXPIRES_AFTER_SECONDS,
    what: 'what is remembered of the messages to an addressee',
  });
  return {
    change: async ({ destinationId, recipient }, step) =>
      items.change(flowKey(destinationId, recipient), (before) => {
        const { flow, result } = step(before);
        return { after: flow, result };
      }),
  };
}
