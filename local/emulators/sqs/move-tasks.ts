import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { JsonObject } from '../../json-object.ts';
import { AwsError } from '../aws-error.ts';
import { inTransaction } from '../database.ts';
import { integerBetween, optionalText, requiredText } from '../read-input.ts';
import type { MessageStore } from './message-store.ts';
import { queueNameOf } from './queue-registry.ts';
import type { QueueRegistry } from './queue-registry.ts';
import type { Waiters } from './waiters.ts';

const MAX_RATE = 500;

type MoveTask = {
  TaskHandle: string;
  Status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  SourceArn: string;
  DestinationArn?: string;
  MaxNumberOfMessagesPerSecond?: number;
  ApproximateNumberOfMessagesMoved: number;
  ApproximateNumberOfMessagesToMove: number;
  FailureReason?: string;
  StartedTimestamp: number;
};

/**
 * Moves dead letters back to where they came from, or to a queue of the caller's choice.
 *
 * A message that was *sent* to a dead-letter queue, rather than moved there by SQS, has no source: without a destination
 * the task fails with `CouldNotDetermineMessageSource`. Tasks are not kept over a restart; what was not moved stays.
 */
export function createMoveTasks(parts: {
  db: DatabaseSync;
  clock: Clock;
  queues: QueueRegistry;
  messages: MessageStore;
  waiters: Waiters;
}) {
  const { db, clock, queues, messages, waiters } = parts;
  const tasks: MoveTask[] = [];

  /** Moves up to `limit` messages; false when nothing was left to move. */
  function moveSome(task: MoveTask, limit: number): boolean {
    const woken = new Set<string>();
    const moved = inTransaction(db, () => {
      const found = messages.visible(queueNameOf(task.SourceArn), limit);
      for (const message of found) {
        const target = task.DestinationArn ?? message.dead_letter_source;
        if (target === null || !queues.has(queueNameOf(target))) {
          task.Status = 'FAILED';
          task.FailureReason = 'CouldNotDetermineMessageSource';
          return true;
        }
        messages.move(message, queueNameOf(target));
        task.ApproximateNumberOfMessagesMoved += 1;
        woken.add(queueNameOf(target));
      }
      return found.length > 0;
    });
    for (const name of woken) waiters.wake(name);
    return moved;
  }

  async function run(task: MoveTask): Promise<void> {
    const perStep = task.MaxNumberOfMessagesPerSecond ?? 100;
    const pauseMs = task.MaxNumberOfMessagesPerSecond === undefined ? 0 : 1000;
    while (task.Status === 'RUNNING') {
      if (!moveSome(task, perStep)) task.Status = 'COMPLETED';
      else if (task.Status === 'RUNNING') await pause(pauseMs, undefined, { ref: false });
    }
  }

  return {
    start(input: JsonObject): JsonObject {
      const sourceArn = requiredText(input, 'SourceArn');
      const source = queues.find(sourceArn);
      const destinationArn = optionalText(input, 'DestinationArn');
      if (destinationArn !== undefined) queues.find(destinationArn);
      const rate = integerBetween(input, 'MaxNumberOfMessagesPerSecond', {
        min: 1,
        max: MAX_RATE,
        fallback: MAX_RATE,
      });
      if (queues.sourcesOf(sourceArn).length === 0) {
        throw new AwsError(
          'InvalidParameterValue',
          'Source queue must be configured as a Dead Letter Queue.',
        );
      }
      if (tasks.some((task) => task.SourceArn === sourceArn && task.Status === 'RUNNING')) {
        throw new AwsError(
          'UnsupportedOperation',
          'There is already a task running. Only one active task is allowed.',
        );
      }
      const task: MoveTask = {
        TaskHandle: randomUUID(),
        Status: 'RUNNING',
        SourceArn: sourceArn,
        ...(destinationArn !== undefined && { DestinationArn: destinationArn }),
        ...(input['MaxNumberOfMessagesPerSecond'] !== undefined && { MaxNumberOfMessagesPerSecond: rate }),
        ApproximateNumberOfMessagesMoved: 0,
        ApproximateNumberOfMessagesToMove: messages.depth(source.name).visible,
        StartedTimestamp: clock.now(),
      };
      tasks.unshift(task);
      run(task).catch((error: unknown) => {
        task.Status = 'FAILED';
        task.FailureReason = String(error);
      });
      return { TaskHandle: task.TaskHandle };
    },

    list(input: JsonObject): JsonObject {
      const sourceArn = requiredText(input, 'SourceArn');
      const max = integerBetween(input, 'MaxResults', { min: 1, max: 10, fallback: 1 });
      const found = tasks.filter((task) => task.SourceArn === sourceArn).slice(0, max);
      // The handle is only good for cancelling, so SQS shows it only while the task runs.
      const shown = found.map((task): Partial<MoveTask> => {
        const { TaskHandle: _, ...rest } = task;
        return rest.Status === 'RUNNING' ? task : rest;
      });
      return { Results: shown };
    },

    cancel(input: JsonObject): JsonObject {
      const handle = requiredText(input, 'TaskHandle');
      const task = tasks.find((candidate) => candidate.TaskHandle === handle);
      if (task === undefined)
        throw new AwsError('ResourceNotFoundException', 'The task handle is not valid.');
      if (task.Status !== 'RUNNING') {
        throw new AwsError('UnsupportedOperation', 'Only a running task can be cancelled.');
      }
      task.Status = 'CANCELLED';
      return { ApproximateNumberOfMessagesMoved: task.ApproximateNumberOfMessagesMoved };
    },

    stop(): void {
      for (const task of tasks) if (task.Status === 'RUNNING') task.Status = 'CANCELLED';
    },
  };
}
