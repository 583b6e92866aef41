import type { Attempt, Delivery } from '../../../core/model/wire/delivery.ts';
import type { Claim } from '../../../core/deliver/ports.ts';
import type { Clock } from '../../../core/world.ts';
import type { Item } from '../pages.ts';
import { gatheredPuts } from '../gathered-puts.ts';
import type { TableAccess } from '../table-access.ts';

/**
 * The rows of webhooks that were delivered at the first try, written as a whole, those of a batch in one call.
 *
 * A whole row may be written because no other worker writes it while the claim holds. A delivery that failed has a next
 * attempt in the queue, whose claim would be overwritten; after more than one claim an earlier worker may have
 * sent such a message before it died; and events of a mail come at any time: all these are left out.
 */
export function deliveredRows(
  parts: TableAccess & {
    clock: Clock /** How long a row waits for others; see `gatheredPuts`. */;
    moment?: () => Promise<unknown>;
  },
) {
  const puts = gatheredPuts(parts);
  /** The rows as their claims left them, while the attempts go on. */
  const claimed = new Map<string, Item>();

  return {
    /** A claim is being made, and what it begins may end soon. */
    beginClaim: (token: string, leaseUntil: string): void => {
      puts.expect(token, Date.parse(leaseUntil));
    },

    /** The result of the claim; the row as the claim left it, if it was granted. */
    endClaim: (token: string, claim: Claim | undefined, row: Item | undefined): void => {
      if (
        claim?.claim === 'granted' &&
        claim.claims === 1 &&
        row !== undefined &&
        claim.delivery.channel === 'webhook'
      ) {
        // An attempt that was broken off by a bug never ends here.
        const nowAt = new Date(parts.clock.now()).toISOString();
        for (const [key, { lease_until: until }] of claimed) if (String(until) < nowAt) claimed.delete(key);
        claimed.set(keyOf(claim.delivery), row);
      } else {
        puts.forget(token);
      }
    },

    /** Whether the row is written; if not, or if that is not known, a conditional update must do it. */
    write: async (delivery: Delivery, attempt: Attempt, outcome: Item): Promise<boolean> => {
      const row = claimed.get(keyOf(delivery));
      claimed.delete(keyOf(delivery));
      if (row === undefined) return false;
      const { lease_until: _lease, claim_token: token, ...kept } = row;
      if (outcome['state'] !== 'delivered') {
        puts.forget(String(token));
        return false;
      }
      // The client leaves out fields that are undefined.
      return puts.put(String(token), {
        ...kept,
        ...outcome,
        attempts: [...delivery.attempts, attempt],
      });
    },
  };
}

const keyOf = ({ id, round, attempt }: Delivery) => `${id} ${String(round)} ${String(attempt)}`;
