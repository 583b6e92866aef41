import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../../json-object.ts';
import { messageOf } from '../../start-error.ts';
import { AwsError } from '../aws-error.ts';
import { inTransaction } from '../database.ts';
import { integerBetween, optionalText, requiredText } from '../read-input.ts';
import type { MessageStore } from './message-store.ts';
import { queueNameOf } from './queue-registry.ts';
import type { QueueRegistry } from './queue-registry.ts';
import type { Waiters } from './waiters.ts';

const MAX_RATE = 500;
/** How many a task without a rate moves in one transaction. */
const UNPACED_STEP = 100;

type MoveTask = { from: string; to: string | undefined; perSecond: number | undefined };

/**
 * Moves dead letters back to where they came from, or to a queue of the caller's choice.
 *
 * A message that was *sent* to a dead-letter queue, rather than moved there by SQS, has no source: without a destination
 * the task ends at it, where AWS says `CouldNotDetermineMessageSource`. Tasks are not kept over a restart; messages that were
 * not moved stay.
 */
export function createMoveTasks(parts: {
  db: DatabaseSync;
  queues: QueueRegistry;
  messages: MessageStore;
  waiters: Waiters;
}) {
  const { db, queues, messages, waiters } = parts;
  /** By the ARN of the queue that it empties: there is one task at a time for each. */
  const running = new Map<string, MoveTask>();

  /** Moves up to `limit` messages; false when the task has nothing more to do. */
  function moveSome(task: MoveTask, limit: number): boolean {
    const woken = new Set<string>();
    const goesOn = inTransaction(db, () => {
      const found = messages.visible(queueNameOf(task.from), limit);
      for (const message of found) {
        const target = task.to ?? message.dead_letter_source;
        if (target === null || !queues.has(queueNameOf(target))) return false;
        messages.move(message, queueNameOf(target));
        woken.add(queueNameOf(target));
      }
      return found.length > 0;
    });
    for (const name of woken) waiters.wake(name);
    return goesOn;
  }

  async function run(task: MoveTask): Promise<void> {
    const pauseMs = task.perSecond === undefined ? 0 : 1000;
    while (running.get(task.from) === task && moveSome(task, task.perSecond ?? UNPACED_STEP)) {
      await pause(pauseMs, undefined, { ref: false });
    }
  }

  return {
    start(input: JsonObject): JsonObject {
      const from = requiredText(input, 'SourceArn');
      queues.find(from);
      const to = optionalText(input, 'DestinationArn');
      if (to !== undefined) queues.find(to);
      const rate = integerBetween(input, 'MaxNumberOfMessagesPerSecond', {
        min: 1,
        max: MAX_RATE,
        fallback: MAX_RATE,
      });
      if (queues.sourcesOf(from).length === 0) {
        throw new AwsError(
          'InvalidParameterValue',
          'Source queue must be configured as a Dead Letter Queue.',
        );
      }
      if (running.has(from)) {
        throw new AwsError(
          'UnsupportedOperation',
          'There is already a task running. Only one active task is allowed.',
        );
      }
      const isPaced = input['MaxNumberOfMessagesPerSecond'] !== undefined;
      const task = { from, to, perSecond: isPaced ? rate : undefined };
      running.set(from, task);
      // On AWS a task that fails is told by ListMessageMoveTasks alone; here the messages that stay tell of it.
      void run(task)
        .catch((error: unknown) => console.error(`tocsin: the redrive of ${from}: ${messageOf(error)}`))
        .finally(() => running.delete(from));
      return { TaskHandle: randomUUID() };
    },

    stop(): void {
      running.clear();
    },
  };
}
