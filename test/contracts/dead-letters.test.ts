import type { SQSClient } from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sqsDeadLetterQueues } from '../../functions/adapters/operator/dead-letter-queues.ts';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import { sqsRetryQueue } from '../../functions/adapters/sqs/retry-queue.ts';
import type { DeadLetter } from '../../functions/core/model/wire/dead-letter.ts';
import type { ManifestQueue } from '../../functions/core/model/config/manifest.ts';
import { redriveAll } from '../../functions/core/operator/redrive-all.ts';
import type { DeadLetterQueues } from '../../functions/core/operator/ports.ts';
import { type EmulatedAws, emulatedAws } from '../adapters/emulated-aws.ts';
import { aMessage } from '../adapters/records.ts';
import { memoryDeadLetters } from '../cli/memory-dead-letters.ts';
import { aDeadLetter } from '../cli/records.ts';
import { differenceBetween, type Step } from './same-answers.ts';

let aws: EmulatedAws;
let client: SQSClient;
beforeEach(async () => {
  aws = await emulatedAws();
  client = sqsClient(aws.options);
});
afterEach(async () => {
  client.destroy();
  await aws.close();
});

const LANES = ['email', 'webhook'] as const;

/** The queues, how a letter comes to lie in one, and the letters that an operator holds in hand. */
type Letters = {
  queues: DeadLetterQueues;
  layDown: (queue: (typeof LANES)[number], id: string) => Promise<void>;
  held: DeadLetter[];
};

let stacks = 0;
let messages = 0;

/** Queues that no other run has. */
function newQueues(): Record<(typeof LANES)[number], ManifestQueue> {
  stacks += 1;
  const of = (lane: (typeof LANES)[number]): ManifestQueue => {
    const name = `${lane}-${String(stacks)}`;
    const { url, arn, deadLetterUrl, deadLetterArn } = aws.queues[lane];
    const renamed = (text: string) => text.replace(new RegExp(`${lane}(?=$|-dead-letters$)`, 'u'), name);
    const { sqs } = aws.emulators;
    sqs.deploy(`${name}-dead-letters`, {});
    sqs.deploy(name, {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: renamed(deadLetterArn), maxReceiveCount: 5 }),
    });
    return {
      url: renamed(url),
      arn: renamed(arn),
      deadLetterUrl: renamed(deadLetterUrl),
      deadLetterArn: renamed(deadLetterArn),
    };
  };
  return { email: of('email'), webhook: of('webhook') };
}

function inSqs(): Letters {
  const { email, webhook } = newQueues();
  const lanes = sqsRetryQueue({
    client,
    queueUrls: {
      email: { retry: email.url, deadLetter: email.deadLetterUrl },
      webhook: { retry: webhook.url, deadLetter: webhook.deadLetterUrl },
    },
  });
  const queues = sqsDeadLetterQueues({
    client,
    queues: { email, webhook },
    receiveWaitSeconds: 0,
  });
  return {
    queues,
    layDown: async (channel, id) =>
      lanes.deadLetter(aMessage({ channel, delivery_id: id }), 'receiver-gone', 'HTTP 410'),
    held: [],
  };
}

function inMemory(): Letters {
  const kept = { letters: [] as DeadLetter[], hidden: new Set<string>(), redriven: [] };
  return {
    queues: memoryDeadLetters(kept),
    layDown: async (queue, id) => {
      // SQS gives every message an id of its own, also where two tell of one delivery.
      messages += 1;
      const messageId = `message-${String(messages)}`;
      kept.letters.push(aDeadLetter({ queue, messageId, delivery: aMessage({ delivery_id: id }) }));
    },
    held: [],
  };
}

const idOf = ({ queue, delivery }: DeadLetter): string => `${queue} ${delivery?.delivery_id ?? ''}`;

const steps = fc
  .record({
    verb: fc.constantFrom(
      'lay down',
      'read',
      'release',
      'redrive',
      'redrive all',
      'count those that are read',
    ),
    queue: fc.constantFrom(...LANES),
    which: fc.nat(2),
  })
  .map(({ verb, queue, which }): Step<Letters> => ({
    says: `${verb} ${queue} ${which}`,
    does: async ({ queues, layDown, held }, run) => {
      const inHand = held.findIndex((letter) => idOf(letter) === `${queue} ${run}-${which}`);
      switch (verb) {
        case 'lay down':
          return layDown(queue, `${run}-${which}`);
        case 'read': {
          const read: DeadLetter[] = [];
          for await (const letter of queues.read({ visibilitySeconds: 600 })) read.push(letter);
          held.push(...read);
          return read.map(idOf).sort();
        }
        case 'redrive all':
          return redriveAll(queues, 600);
        case 'count those that are read':
          return queues.hidden();
        case 'redrive':
        case 'release': {
          const [letter] = inHand === -1 ? [] : held.splice(inHand, 1);
          if (letter === undefined) return 'not in hand';
          return verb === 'redrive' ? queues.redrive(letter) : queues.release(letter);
        }
      }
    },
  }));

test('dead letters in memory are read and moved as in their queues', { timeout: 60_000 }, async () => {
  expect(await differenceBetween({ table: inSqs, memory: inMemory, steps, numRuns: 60 })).toBeUndefined();
});
