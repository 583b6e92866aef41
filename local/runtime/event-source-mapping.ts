import { setTimeout as pause } from 'node:timers/promises';
import type { Account } from '../emulators/account.ts';
import type { StoredMessage } from '../emulators/sqs/message-store.ts';
import { queueNameOf } from '../emulators/sqs/queue-registry.ts';
import type { SqsEmulator } from '../emulators/sqs/sqs-emulator.ts';
import { messageOf } from '../start-error.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { MessageGroupsSeen } from './message-groups-seen.ts';
import type { RoomForBatches } from './room-for-batches.ts';
import { failedMessageIds, sqsEvent } from './sqs-event.ts';

export type MappingConfig = {
  queueArn: string;
  batchSize: number;
  batchingWindowMs: number;
  /** Invocations at the same time. */
  maxConcurrency: number;
  reportsFailures: boolean;
};

export type EventSourceMapping = ReturnType<typeof startEventSourceMapping>;

/** A batch never grows past the payload limit of an invocation, 6 MB, envelope included. */
const MAX_BATCH_BYTES = 5_000_000;
const RECEIVE_AT_MOST = 10;

/**
 * Receives from a queue and invokes a function with batches.
 *
 * It receives only when an invocation could start, deletes what succeeded, and leaves the rest to the queue's visibility
 * timeout. While the queue is empty it sleeps in the queue's waiters.
 */
export function startEventSourceMapping(
  config: MappingConfig,
  parts: {
    sqs: SqsEmulator;
    lambda: LambdaFunction;
    account: Account;
    /** Whether a further batch may begin beside those that run. */
    room: RoomForBatches;
    /** Of all queues together. */
    groups: MessageGroupsSeen;
    visibilitySeconds: () => number;
    onError(message: string): void;
    /** A fault of the emulators themselves. */
    onFault(error: unknown): void;
  },
) {
  const { sqs, lambda, account, room, groups } = parts;
  const queue = queueNameOf(config.queueArn);
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();

  const receive = (max: number, waitMs: number, onlyQuiet = false): Promise<StoredMessage[]> =>
    sqs.receive(queue, {
      onlyQuiet,
      max: Math.min(RECEIVE_AT_MOST, max),
      hiddenForSeconds: parts.visibilitySeconds(),
      waitMs,
      signal,
    });

  /** A message of a quiet group begins a batch of its own at once: AWS would have an environment for it. */
  async function nextBatch(): Promise<StoredMessage[]> {
    while (!signal.aborted && running.size > 0) {
      const quiet = await receive(config.batchSize, 0, true);
      if (quiet.length > 0) return quiet;
      if (room.take(lambda)) break;
      await Promise.race([...running, room.changed()]);
    }
    return fullBatch();
  }

  /**
   * A queue that fills a batch has more than one batch can take: none of its messages is in more of a hurry than the others. It
   * is a backlog to the others; while there are none, it needs no environments beside the usual ones.
   */
  function isBacklog(batch: readonly StoredMessage[]): boolean {
    const isFull = batch.length >= Math.min(RECEIVE_AT_MOST, config.batchSize) && config.batchSize > 1;
    return isFull && groups.areSeveral();
  }

  async function fullBatch(): Promise<StoredMessage[]> {
    const batch = await receive(config.batchSize, Infinity);
    const endsAt = performance.now() + config.batchingWindowMs;
    let bytes = batch.reduce((sum, message) => sum + Buffer.byteLength(message.body), 0);
    while (batch.length > 0 && batch.length < config.batchSize && bytes < MAX_BATCH_BYTES) {
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0 || signal.aborted) break;
      const more = await receive(config.batchSize - batch.length, leftMs);
      if (more.length === 0) break;
      batch.push(...more);
      bytes += more.reduce((sum, message) => sum + Buffer.byteLength(message.body), 0);
    }
    return batch;
  }

  async function handle(batch: StoredMessage[]): Promise<void> {
    groups.note(queue, batch);
    const result = await lambda.invoke(
      sqsEvent(batch, config.queueArn, account),
      isBacklog(batch) ? 'backlog' : 'trigger',
    );
    if (result.kind !== 'answered') return;
    const failed = config.reportsFailures ? failedMessageIds(result.payload, batch) : new Set<string>();
    if (failed === 'all') {
      parts.onError(
        `${lambda.name} answered a batch with an unusable failure report; all of it will be retried`,
      );
      return;
    }
    sqs.remove(
      queue,
      batch.filter((message) => !failed.has(message.message_id)),
    );
  }

  async function poll(): Promise<void> {
    while (!signal.aborted) {
      try {
        if (running.size >= config.maxConcurrency) await Promise.race(running);
        const batch = await nextBatch();
        if (batch.length === 0) continue;
        const handled = handle(batch)
          .catch((error: unknown) => {
            parts.onFault(error);
            parts.onError(`${lambda.name}: ${messageOf(error)}`);
          })
          .finally(() => running.delete(handled));
        running.add(handled);
      } catch (error) {
        parts.onFault(error);
        parts.onError(`receiving from ${queue}: ${messageOf(error)}`);
        await pause(1000, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  const polling = poll();
  return {
    /** Stops receiving; resolves when the running invocations have ended. */
    stop: async (): Promise<void> => {
      stopping.abort();
      await polling;
      await Promise.allSettled(running);
    },
  };
}
