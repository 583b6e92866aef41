import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqsClient } from '../../../functions/adapters/sqs/client.ts';
import { sqsDeadLetterQueues } from '../../../functions/adapters/operator/dead-letter-queues.ts';
import { sqsQueueDepths } from '../../../functions/adapters/operator/queue-depths.ts';
import { sqsRetryQueue } from '../../../functions/adapters/sqs/retry-queue.ts';
import { sqsAlertQueue } from '../../../functions/adapters/sqs/alert-queue.ts';
import type { AcceptedAlerts } from '../../../functions/core/model/wire/accepted-alerts.ts';
import type { DeliveryMessage } from '../../../functions/core/model/wire/delivery.ts';
import { redriveAll } from '../../../functions/core/operator/redrive-all.ts';
import type { DeadLetter } from '../../../functions/core/model/wire/dead-letter.ts';
import { type EmulatedAws, emulatedAws } from '../emulated-aws.ts';
import { aMessage, anAlert } from '../records.ts';

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

const letters = () => sqsDeadLetterQueues({ client, queues: aws.queues, receiveWaitSeconds: 0 });

async function listOf(source: AsyncIterable<DeadLetter>): Promise<DeadLetter[]> {
  const list: DeadLetter[] = [];
  for await (const letter of source) list.push(letter);
  return list;
}

async function readAll(): Promise<DeadLetter[]> {
  return listOf(letters().read({ visibilitySeconds: 60 }));
}

async function die(message: DeliveryMessage): Promise<void> {
  const { webhook, webhookRetry } = aws.queues;
  const queue = sqsRetryQueue({
    client,
    queueUrls: { webhook: { retry: webhookRetry.url, deadLetter: webhook.deadLetterUrl } },
  });
  await queue.deadLetter(message, 'receiver-gone', 'HTTP 410');
}

async function layDown(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await die(aMessage({ delivery_id: `d-${index}` }));
}

/** Visible messages by queue, those without any left out. */
async function visible(): Promise<Record<string, number>> {
  const depths = await sqsQueueDepths({ client, queues: aws.queues }).depths();
  return Object.fromEntries(
    depths.filter((depth) => depth.visible > 0).map((depth) => [depth.name, depth.visible]),
  );
}

describe('dead letters', () => {
  test('are read from every queue, each once, with their reasons', async () => {
    await layDown(23);
    await client.send(
      new SendMessageCommand({ QueueUrl: aws.queues.alerts.deadLetterUrl, MessageBody: 'not even JSON' }),
    );
    const read = await readAll();
    expect(read).toHaveLength(24);
    expect(read.find(({ queue }) => queue === 'alerts')).toMatchObject({
      reason: 'pipeline-fault',
      body: 'not even JSON',
      sentAt: new Date(aws.clock.at).toISOString(),
    });
    const ofWebhook = read.filter(({ queue }) => queue === 'webhook');
    expect(new Set(ofWebhook.map(({ delivery }) => delivery?.delivery_id)).size).toBe(23);
    expect(ofWebhook[0]).toMatchObject({
      reason: 'receiver-gone',
      detail: 'HTTP 410',
      delivery: { attempt: 2, round: 2, first_attempt: 2 },
    });
    expect(await readAll()).toEqual([]);
    aws.clock.at += 60_000;
    expect(await readAll()).toHaveLength(24);
  });

  test('of a queue that two lanes share are read once', async () => {
    await layDown(2);
    const { webhook, ...others } = aws.queues;
    const shared = {
      ...others,
      webhook,
      webhookRetry: { ...others.webhookRetry, deadLetterUrl: webhook.deadLetterUrl },
    };
    const queues = sqsDeadLetterQueues({ client, queues: shared, receiveWaitSeconds: 0 });
    expect(await listOf(queues.read({ visibilitySeconds: 0 }))).toHaveLength(2);
  });

  test('that were read can be released at once', async () => {
    await layDown(1);
    const [letter] = await readAll();
    if (letter === undefined) throw new Error('nothing was read');
    await letters().release(letter);
    expect(await readAll()).toHaveLength(1);
  });

  test('go back one by one to the queue they are for', async () => {
    await layDown(3);
    const [letter] = await readAll();
    if (letter === undefined) throw new Error('nothing was read');
    await letters().redrive(letter);
    aws.clock.at += 60_000;
    expect(await visible()).toEqual({ webhook: 1, 'webhook-dead-letters': 2 });
  });

  test('of alerts go back as their source, whose share of the queue they count towards', async () => {
    const accepted: AcceptedAlerts = { schema_version: '1', request_id: 'r', alerts: [anAlert()] };
    await sqsAlertQueue({ client, queueUrl: aws.queues.alerts.deadLetterUrl }).enqueue(accepted);
    const [letter] = await readAll();
    if (letter === undefined) throw new Error('nothing was read');
    await letters().redrive(letter);
    const [message] = await aws.emulators.sqs.receive('alerts', { max: 1, hiddenForSeconds: 60, waitMs: 0 });
    expect(message?.group_id).toBe(anAlert().source.id);
  });

  test('stay where they are when they cannot be sent back', async () => {
    await layDown(1);
    const { webhook, ...others } = aws.queues;
    const broken = { ...others, webhook: { ...webhook, url: `${webhook.url}-gone` } };
    const queues = sqsDeadLetterQueues({ client, queues: broken, receiveWaitSeconds: 0 });
    const [letter] = await listOf(queues.read({ visibilitySeconds: 60 }));
    if (letter === undefined) throw new Error('nothing was read');
    await expect(queues.redrive(letter)).rejects.toThrow('queue');
    aws.clock.at += 60_000;
    expect(await visible()).toEqual({ 'webhook-dead-letters': 1 });
  });

  test('go back all at once, and no more than there were', async () => {
    await layDown(12);
    expect(await redriveAll(letters(), 60)).toEqual({ webhook: 12 });
    expect(await visible()).toEqual({ webhook: 12 });
  });

  test('of which some cannot be moved are shown again, and the others are moved', async () => {
    await layDown(3);
    const queues = letters();
    let calls = 0;
    const failing: typeof queues = {
      ...queues,
      redrive: async (letter) => {
        calls += 1;
        if (calls === 2) throw new Error('no answer');
        await queues.redrive(letter);
      },
    };
    await expect(redriveAll(failing, 60)).rejects.toThrow('no answer');
    expect(await visible()).toEqual({ webhook: 2, 'webhook-dead-letters': 1 });
  });

  test('that die again at once are not moved a second time', async () => {
    // More than are moved at a time: those that died are met by the next read.
    await layDown(205);
    const queues = letters();
    const dying: typeof queues = {
      ...queues,
      redrive: async (letter) => {
        await queues.redrive(letter);
        await die(letter.delivery!);
      },
    };
    expect(await redriveAll(dying, 60)).toEqual({ webhook: 205 });
    expect(await visible()).toEqual({ webhook: 205, 'webhook-dead-letters': 205 });
  });
});

test('queue depths count what is visible, in flight and delayed', async () => {
  const send = async (delaySeconds: number) =>
    client.send(
      new SendMessageCommand({
        QueueUrl: aws.queues.email.url,
        MessageBody: '{}',
        DelaySeconds: delaySeconds,
      }),
    );
  await send(0);
  await send(60);
  await layDown(2);
  await letters().read({ visibilitySeconds: 60 })[Symbol.asyncIterator]().next();
  const depths = await sqsQueueDepths({ client, queues: aws.queues }).depths();
  expect(depths).toHaveLength(8);
  expect(depths).toContainEqual({ name: 'email', visible: 1, inFlight: 0, delayed: 1 });
  expect(depths).toContainEqual({ name: 'webhook-dead-letters', visible: 0, inFlight: 2, delayed: 0 });
});
