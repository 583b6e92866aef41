import type { StoredMessage } from '../emulators/sqs/message-store.ts';

/** As long as an unused environment stays: after a rest a backlog begins again beside others as it did before. */
const SEEN_FOR_MS = 60_000;

export type MessageGroupsSeen = ReturnType<typeof createMessageGroupsSeen>;

/**
 * Whether messages of more than one group came in the last minute. A group is a source, and behind the router a source and its
 * destination: without a second one a backlog has nobody to yield to.
 */
export function createMessageGroupsSeen(nowMs: () => number) {
  const lastOfQueue = new Map<string, string>();
  let severalUntilMs = -Infinity;

  return {
    /** Notes the groups of a batch from a queue. */
    note(queue: string, batch: readonly Pick<StoredMessage, 'group_id'>[]): void {
      for (const { group_id: group } of batch) {
        if ((lastOfQueue.get(queue) ?? group) !== group) severalUntilMs = nowMs() + SEEN_FOR_MS;
        lastOfQueue.set(queue, group);
      }
    },
    areSeveral: (): boolean => nowMs() < severalUntilMs,
  };
}
