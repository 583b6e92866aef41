import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { LOCAL_ACCOUNT } from '../../../local/emulators/account.ts';
import { startEventSourceMapping } from '../../../local/runtime/event-source-mapping.ts';
import type { MappingConfig } from '../../../local/runtime/event-source-mapping.ts';
import type { InvocationResult } from '../../../local/runtime/lambda-environment.ts';
import type { RoomForBatches } from '../../../local/runtime/room-for-batches.ts';
import type { LambdaFunction } from '../../../local/runtime/lambda-function.ts';
import { createMessageGroupsSeen } from '../../../local/runtime/message-groups-seen.ts';
import { serveEmulators } from '../emulators/serve-emulators.ts';

type Records = { messageId: string; body: string }[];

/** A mapping on a queue `q`, with a function that the test answers for. */
async function aMapping(
  config: Partial<MappingConfig>,
  answer: (records: Records) => InvocationResult | Promise<InvocationResult>,
  room?: RoomForBatches,
): Promise<{
  send: (...bodies: string[]) => void;
  sendTo: (group: string, ...bodies: string[]) => void;
  batches: string[][];
  /** Which environments each batch was meant for. */
  invokers: string[];
  errors: string[];
  depth: () => unknown;
  stop: () => Promise<void>;
}> {
  const { emulators } = await serveEmulators();
  const { sqs } = emulators;
  sqs.deploy('q', { VisibilityTimeout: '30' });
  const batches: string[][] = [];
  const invokers: string[] = [];
  const errors: string[] = [];
  const lambda = {
    name: 'f',
    invoke: async (event: { Records: Records }, invoker: string) => {
      invokers.push(invoker);
      batches.push(event.Records.map((record) => record.body));
      return answer(event.Records);
    },
  } as unknown as LambdaFunction;
  const mapping = startEventSourceMapping(
    {
      queueArn: 'arn:aws:sqs:eu-central-1:000000000000:q',
      batchSize: 10,
      batchingWindowMs: 0,
      maxConcurrency: 2,
      reportsFailures: true,
      ...config,
    },
    {
      sqs,
      lambda,
      account: LOCAL_ACCOUNT,
      room: room ?? { take: () => true, changed: async () => undefined },
      groups: createMessageGroupsSeen(() => 0),
      visibilitySeconds: () => 30,
      onError: (line) => errors.push(line),
      onFault: () => undefined,
    },
  );
  onTestFinished(() => mapping.stop());
  return {
    batches,
    invokers,
    errors,
    depth: () => sqs.queues()[0],
    stop: mapping.stop,
    sendTo: (MessageGroupId, ...bodies) => {
      for (const MessageBody of bodies)
        void sqs.call('SendMessage', { QueueUrl: 'q', MessageBody, MessageGroupId });
    },
    send: (...bodies) => {
      for (const MessageBody of bodies) void sqs.call('SendMessage', { QueueUrl: 'q', MessageBody });
    },
  };
}

const answered = (payload: unknown): InvocationResult => ({ kind: 'answered', payload });
const twelve = Array.from({ length: 12 }, (_, index) => `m${index}`);

test('sends at most a batch at a time', async () => {
  const { batches, send } = await aMapping({ batchSize: 5, maxConcurrency: 2 }, () => answered(null));
  send(...twelve);
  await vi.waitFor(() => {
    expect(batches.flat().sort()).toEqual(twelve.toSorted());
  });
  expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(5);
});

test('a batching window collects what comes in the meantime, past one receive', async () => {
  const { batches, send } = await aMapping({ batchSize: 12, batchingWindowMs: 10_000 }, () => answered(null));
  send(...twelve);
  await vi.waitFor(() => {
    expect(batches).toEqual([twelve]);
  });
});

test('never runs more invocations than its concurrency', async () => {
  const open: (() => void)[] = [];
  const { batches, send } = await aMapping(
    { batchSize: 1, maxConcurrency: 2 },
    () =>
      new Promise((resolve) => {
        open.push(() => {
          resolve(answered(null));
        });
      }),
  );
  send('a', 'b', 'c');
  await vi.waitFor(() => {
    expect(batches).toHaveLength(2);
  });
  open[0]?.();
  await vi.waitFor(() => {
    expect(batches).toHaveLength(3);
  });
  for (const close of open) close();
});

describe('a full batch', () => {
  test('of a group that is alone has the usual environments, and of one beside others those of a backlog', async () => {
    const { batches, invokers, sendTo } = await aMapping({ batchSize: 2 }, () => answered(null));
    sendTo('loud', 'a', 'b');
    await vi.waitFor(() => {
      expect(batches).toEqual([['a', 'b']]);
    });
    sendTo('quiet', 'q');
    await vi.waitFor(() => {
      expect(batches[1]).toEqual(['q']);
    });
    sendTo('loud', 'c', 'd');
    await vi.waitFor(() => {
      expect(batches[2]).toEqual(['c', 'd']);
    });
    expect(invokers).toEqual(['trigger', 'trigger', 'backlog']);
  });
});

describe('after an invocation', () => {
  const report = (...ids: unknown[]): InvocationResult =>
    answered({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

  test.each<[string, (records: Records) => InvocationResult, number]>([
    ['nothing reported', () => answered(null), 0],
    ['an empty report', () => answered({}), 0],
    ['an empty list', () => report(), 0],
    ['one reported', (records) => report(records[0]?.messageId), 1],
    ['an unknown id reported', () => report('who'), 2],
    ['an empty id reported', () => report(''), 2],
    ['a report that is no list', () => answered({ batchItemFailures: 7 }), 2],
    ['text instead of a report', () => answered('fine'), 2],
    ['a failure', () => ({ kind: 'failed', errorType: 'Error', errorMessage: 'x' }), 2],
  ])('with %s, %#: the rest is deleted and the failed stay in flight', async (_, answer, kept) => {
    const { batches, depth, send, stop } = await aMapping({ batchSize: 2, batchingWindowMs: 10_000 }, answer);
    send('a', 'b');
    await vi.waitFor(() => {
      expect(batches).toEqual([['a', 'b']]);
    });
    await stop();
    expect(depth()).toMatchObject({ visible: 0, inFlight: kept });
  });

  test('without ReportBatchItemFailures, whatever is answered is success', async () => {
    const { batches, depth, send } = await aMapping({ reportsFailures: false }, (records) =>
      report(records[0]?.messageId),
    );
    send('a');
    await vi.waitFor(() => {
      expect(batches).toHaveLength(1);
      expect(depth()).toMatchObject({ inFlight: 0 });
    });
  });
});

describe('while the machine has no room', () => {
  const noRoom = {
    take: () => false,
    changed: async () => new Promise<void>((resolve) => setImmediate(resolve)),
  };
  const open: (() => void)[] = [];
  const hanging = async (): Promise<InvocationResult> =>
    new Promise((resolve) => {
      open.push(() => resolve(answered(null)));
    });
  // Before the mapping is stopped, which waits for what runs.
  const end = (): void => {
    for (const close of open.splice(0)) close();
  };

  test('one batch runs, and no second begins', async () => {
    const { batches, depth, send } = await aMapping({ batchSize: 2, maxConcurrency: 2 }, hanging, noRoom);
    send('a', 'b', 'c', 'd');
    await vi.waitFor(() => {
      expect(depth()).toMatchObject({ visible: 2, inFlight: 2 });
    });
    for (let turn = 0; turn < 50; turn += 1) await noRoom.changed();
    expect(batches).toEqual([['a', 'b']]);
    onTestFinished(end);
  });

  test('the message of a quiet group begins one of its own beside the batch of a group that floods', async () => {
    const { batches, send, sendTo } = await aMapping({ batchSize: 2, maxConcurrency: 2 }, hanging, noRoom);
    sendTo('loud', 'a', 'b', 'c', 'd');
    await vi.waitFor(() => {
      expect(batches).toEqual([['a', 'b']]);
    });
    sendTo('quiet', 'q');
    await vi.waitFor(() => {
      expect(batches[1]).toEqual(['q']);
    });
    send('e');
    for (let turn = 0; turn < 50; turn += 1) await noRoom.changed();
    // Never beyond the concurrency that AWS would keep to.
    expect(batches).toHaveLength(2);
    onTestFinished(end);
  });
});
