import { randomUUID } from 'node:crypto';
import type { Addressee } from '../../core/model/wire/digest.ts';
import { EMPTY_FLOW, type Flow } from '../../core/model/wire/flow.ts';
import type { Clock } from '../../core/world.ts';
import type { Flows } from '../../core/deliver/ports.ts';
import type { DynamodbClient } from './client.ts';
import { conditionHeld } from './conditions.ts';
import { flowKey } from './keys.ts';
import { updateOf } from './update-expression.ts';
import { RecentMap } from '../../core/recent-map.ts';

/**
 * How long what was read or written is used. A write tells whether it was still so; what is decided without a write
 * (joining a window that is open, a place that is taken) stays right for longer than this.
 */
const TTL_MS = 5_000;
const MAX_REMEMBERED = 1_000;
/** Longer than the longest that a flow says anything about: a window of an hour and the two hours after it. */
const EXPIRES_AFTER_SECONDS = 86_400;
/** Each time, somebody else's write went through; a function has at most five environments here. */
const MAX_TRIES = 50;

type Known = { flow: Flow; token: string | undefined; untilMs: number };

/**
 * One item per addressee: `{ pk: 'MAILFLOW#dst_…', sk: the address, flow: JSON, token }`.
 *
 * A write replaces what was read (`token`) and nothing else. Within a process the steps of an addressee follow one
 * another, so that only other processes are ever in the way.
 */
export function dynamodbFlows({
  client,
  table,
  clock,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
}): Flows {
  const remembered = new RecentMap<string, Known>(MAX_REMEMBERED);
  const queues = new Map<string, Promise<unknown>>();

  function remember(name: string, flow: Flow, token: string | undefined): Known {
    const known = { flow, token, untilMs: clock.now() + TTL_MS };
    remembered.set(name, known);
    return known;
  }

  async function read(addressee: Addressee): Promise<Known> {
    const { Item } = await client.call('GetItem', {
      TableName: table,
      Key: flowKey(addressee.destinationId, addressee.recipient),
      ConsistentRead: true,
    });
    return remember(
      nameOf(addressee),
      typeof Item?.['flow'] === 'string' ? (JSON.parse(Item['flow']) as Flow) : EMPTY_FLOW,
      Item === undefined ? undefined : String(Item['token']),
    );
  }

  async function write(addressee: Addressee, flow: Flow, before: string | undefined): Promise<boolean> {
    const token = randomUUID();
    const isWritten = await conditionHeld(
      client.call('UpdateItem', {
        TableName: table,
        Key: flowKey(addressee.destinationId, addressee.recipient),
        ...updateOf({
          set: {
            flow: JSON.stringify(flow),
            token,
            expires_at: Math.ceil(clock.now() / 1_000) + EXPIRES_AFTER_SECONDS,
          },
          ...(before !== undefined && { values: { ':before': before } }),
        }),
        ConditionExpression: before === undefined ? 'attribute_not_exists(pk)' : '#token = :before',
      }),
    );
    if (isWritten) {
      remember(nameOf(addressee), flow, token);
      return true;
    }
    // Somebody else's write, or our own, repeated because its answer was lost.
    return (await read(addressee)).token === token;
  }

  async function change<T>(
    addressee: Addressee,
    step: (flow: Flow) => { flow: Flow; result: T },
  ): Promise<T> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const kept = remembered.get(nameOf(addressee));
      const known = kept !== undefined && clock.now() < kept.untilMs ? kept : await read(addressee);
      const { flow, result } = step(known.flow);
      if (flow === known.flow || (await write(addressee, flow, known.token))) return result;
    }
    throw new Error(
      `the mails to a recipient of ${addressee.destinationId} changed at every try to count one`,
    );
  }

  return {
    change: async (addressee, step) => {
      const name = nameOf(addressee);
      const before = queues.get(name) ?? Promise.resolve();
      const mine = before.then(
        async () => change(addressee, step),
        async () => change(addressee, step),
      );
      queues.set(name, mine);
      try {
        return await mine;
      } finally {
        if (queues.get(name) === mine) queues.delete(name);
      }
    },
  };
}

const nameOf = ({ destinationId, recipient }: Addressee) => `${destinationId} ${recipient.toLowerCase()}`;
