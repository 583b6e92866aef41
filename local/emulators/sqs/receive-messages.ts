import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import { inTransaction } from '../database.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import { queueNameOf } from './queue-registry.ts';
import type { Queue, QueueRegistry } from './queue-registry.ts';
import type { Waiters } from './waiters.ts';

type ReceiveOptions = {
  /** 1..10 */
  max: number;
  hiddenForSeconds: number;
  /** How long to wait for a first message; Infinity waits until aborted. */
  waitMs: number;
  signal?: AbortSignal | undefined;
  /** Leaves the messages of groups that have more than their share in flight. */
  onlyQuiet?: boolean;
};

/** Takes messages from queues: long polling, fair order between message groups, dead letters after too many receives. */
export function createReceiver(parts: {
  db: DatabaseSync;
  clock: Clock;
  queues: QueueRegistry;
  messages: MessageStore;
  waiters: Waiters;
}) {
  const { db, clock, queues, messages, waiters } = parts;

  /** The groups with what each has in flight and the next of its messages, the quietest first. */
  function loadsOf(queue: string, groups: string[], max: number) {
    const loads = groups
      .map((group) => ({
        inFlight: messages.inFlightInGroup(queue, group),
        waiting: messages.visibleInGroup(queue, group, max),
      }))
      .sort((a, b) => a.inFlight - b.inFlight);
    return { loads, fairShare: loads.reduce((sum, { inFlight }) => sum + inFlight, 0) / loads.length };
  }

  /** The next messages of groups that have less than their share in flight, beside one that has more. */
  function quietCandidates(queue: string, max: number): StoredMessage[] {
    const groups = messages.groups(queue);
    const { loads, fairShare } = loadsOf(queue, groups, max);
    return loads
      .filter(({ inFlight }) => inFlight < fairShare)
      .flatMap(({ waiting }) => waiting)
      .slice(0, max);
  }

  /**
   * The next messages in fair order. A group with more than its share of what is in flight is noisy: it gets what the
   * quiet ones leave over. Within each of the two, one message of each group in turn, where AWS promises no order
   * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html).
   */
  function candidates(queue: string, max: number): StoredMessage[] {
    const groups = messages.groups(queue);
    if (groups.length <= 1) return messages.visible(queue, max);
    const { loads, fairShare } = loadsOf(queue, groups, max);
    const inTurnOf = (some: typeof loads) =>
      Array.from({ length: max }, (_, turn) => some.flatMap(({ waiting }) => waiting[turn] ?? [])).flat();
    const quiet = inTurnOf(loads.filter(({ inFlight }) => inFlight <= fairShare));
    const noisy = quiet.length < max ? inTurnOf(loads.filter(({ inFlight }) => inFlight > fairShare)) : [];
    return [...quiet, ...noisy].slice(0, max);
  }

  /** By indexes alone, and without a transaction: most looks find nothing, and this thread alone writes. */
  function hasNone({ name }: Queue, onlyQuiet: boolean): boolean {
    const nextVisible = messages.nextVisibleAtMs(name) ?? Infinity;
    return nextVisible > clock.now() || (onlyQuiet && messages.groups(name).length <= 1);
  }

  function take(queue: Queue, { max, hiddenForSeconds, onlyQuiet }: ReceiveOptions): StoredMessage[] {
    if (hasNone(queue, onlyQuiet === true)) return [];
    const next = onlyQuiet === true ? quietCandidates : candidates;
    const woken = new Set<string>();
    const taken = inTransaction(db, () => {
      messages.expire(queue);
      const received: StoredMessage[] = [];
      for (;;) {
        const found = next(queue.name, max - received.length);
        for (const message of found) {
          const redrive = queue.settings.redrive;
          if (redrive !== undefined && message.receive_count >= redrive.maxReceiveCount) {
            const deadLetterQueue = queueNameOf(redrive.deadLetterTargetArn);
            messages.deadLetter(message, deadLetterQueue, queues.arn(queue.name));
            woken.add(deadLetterQueue);
          } else {
            received.push(messages.receive(message, hiddenForSeconds));
          }
        }
        // A visibility of zero leaves a message in sight: looking again would take it twice.
        if (found.length === 0 || received.length >= max || hiddenForSeconds === 0) return received;
      }
    });
    for (const name of woken) waiters.wake(name);
    return taken;
  }

  return async function receive(name: string, options: ReceiveOptions): Promise<StoredMessage[]> {
    const endsAt = clock.now() + options.waitMs;
    for (;;) {
      const queue = queues.find(name);
      const taken = options.signal?.aborted === true ? [] : take(queue, options);
      const leftMs = endsAt - clock.now();
      if (taken.length > 0 || leftMs <= 0 || options.signal?.aborted === true) return taken;
      const nextVisible = messages.nextVisibleAtMs(queue.name) ?? Infinity;
      const untilVisibleMs = Math.max(1, nextVisible - clock.now());
      await waiters.wait(queue.name, Math.min(leftMs, untilVisibleMs), options.signal);
    }
  };
}
