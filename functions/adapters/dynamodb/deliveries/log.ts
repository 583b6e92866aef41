import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Claim, DeliveryLog } from '../../../core/deliver/ports.ts';
import type { Item } from '../pages.ts';
import { claimRow } from './claim-row.ts';
import { defer } from './defer.ts';
import { deliveredRows } from './delivered-rows.ts';
import { outcomeOf, recordAttempt } from './record-attempt.ts';
import { suppress } from './suppress.ts';
import type { DeliveryTable } from './table.ts';

/** Waits between the tries of a record: losing one means a delivery that was made is made again. */
const RECORD_BACKOFF_MS = [50, 200];

/**
 * One row per delivery, changed by single conditional updates; the usual end of a webhook is a put that is shared.
 *
 * `claim.ts` says to which message a row grants a claim. Any other row is another worker's, or its delivery is done.
 */
export function dynamodbDeliveryLog({
  wait = sleep,
  moment,
  ...to
}: DeliveryTable & {
  wait?: (ms: number) => Promise<unknown>;
  /** How long a record waits for others of its batch. */
  moment?: () => Promise<unknown>;
}): DeliveryLog {
  const delivered = deliveredRows({ ...to, ...(moment !== undefined && { moment }) });
  return {
    claim: async (message, leaseUntil) => {
      const token = randomUUID();
      delivered.beginClaim(token, leaseUntil);
      let answer: { claim: Claim; row?: Item } | undefined;
      try {
        answer = await claimRow(to, message, { token, leaseUntil });
        return answer.claim;
      } finally {
        delivered.endClaim(token, answer?.claim, answer?.row);
      }
    },

    record: async (delivery, attempt, state) => {
      const outcome = outcomeOf(to, delivery, attempt, state);
      if (await delivered.write(delivery, attempt, outcome)) return;
      const record = async () => {
        if ((await to.tally?.writeEnd(delivery, { ...outcome, attempts: [attempt] })) === true) return;
        await recordAttempt(to, delivery, attempt, state);
      };
      for (const waitMs of RECORD_BACKOFF_MS) {
        try {
          await record();
          return;
        } catch (error) {
          if (isOwnFault(error)) throw error;
          await wait(waitMs);
        }
      }
      await record();
    },

    defer: async (...wait) => defer(to, ...wait),

    suppress: async (...end) => suppress(to, ...end),
  };
}

/** An answer that a repetition cannot change. */
function isOwnFault(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'].includes(error.name)
  );
}
