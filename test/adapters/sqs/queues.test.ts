import { randomBytes } from 'node:crypto';
import { type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqsAlertQueue } from '../../../functions/adapters/sqs/alert-queue.ts';
import { sqsClient } from '../../../functions/adapters/sqs/client.ts';
import { sqsDeliveryQueue } from '../../../functions/adapters/sqs/delivery-queue.ts';
import { decodeMessageBody } from '../../../functions/adapters/sqs/message-body.ts';
import { sqsRetryQueue } from '../../../functions/adapters/sqs/retry-queue.ts';
import type { AcceptedAlerts } from '../../../functions/core/model/wire/accepted-alerts.ts';
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

async function receive(queueUrl: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return messages;
    messages.push(...Messages);
  }
}

const valueOf = (message: Message | undefined) => decodeMessageBody(message?.Body ?? '');
const accepted = (alerts: AcceptedAlerts['alerts']): AcceptedAlerts => ({
  schema_version: '1',
  request_id: 'request-1',
  alerts,
});

describe('the alerts queue', () => {
  test('takes all alerts of a request as one message', async () => {
    const given = accepted([anAlert({ id: 'a' }), anAlert({ id: 'b', title: 'bell \u0007, \uFFFF' })]);
    await sqsAlertQueue({ client, queueUrl: aws.queues.alerts.url }).enqueue(given);
    const messages = await receive(aws.queues.alerts.url);
    expect(messages.map(valueOf)).toEqual([given]);
  });

  test('takes what exceeds a message as several, each complete in itself', async () => {
    const alerts = Array.from({ length: 12 }, (_, index) =>
      anAlert({ id: `a-${index}`, details: { noise: randomBytes(200_000).toString('base64') } }),
    );
    await sqsAlertQueue({ client, queueUrl: aws.queues.alerts.url }).enqueue({
      ...accepted(alerts),
      is_repeat: true,
    });
    const parts = (await receive(aws.queues.alerts.url)).map((message) => valueOf(message) as AcceptedAlerts);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.every((part) => part.request_id === 'request-1' && part.is_repeat)).toBe(true);
    const ids = parts.flatMap((part) => part.alerts.map(({ id }) => id));
    expect(ids.toSorted()).toEqual(alerts.map(({ id }) => id).toSorted());
  });

  test('takes many alerts as messages of 10, cut at the same places when the request is repeated', async () => {
    const alerts = Array.from({ length: 107 }, (_, index) => anAlert({ id: `a-${index}` }));
    const queue = sqsAlertQueue({ client, queueUrl: aws.queues.alerts.url });
    const partsOf = async (given: AcceptedAlerts) => {
      await queue.enqueue(given);
      const messages = await receive(aws.queues.alerts.url);
      expect(new Set(messages.map(({ Attributes }) => Attributes?.MessageGroupId))).toEqual(
        new Set(['src_1']),
      );
      return messages
        .map((message) => (valueOf(message) as AcceptedAlerts).alerts.map(({ id }) => id))
        .toSorted((a, b) => (a[0] ?? '').localeCompare(b[0] ?? ''));
    };
    const parts = await partsOf(accepted(alerts));
    expect(parts.map(({ length }) => length).toSorted((a, b) => b - a)).toEqual([
      ...Array.from({ length: 10 }, () => 10),
      7,
    ]);
    expect(await partsOf({ ...accepted(alerts), is_repeat: true })).toEqual(parts);
  });

  test('refuses one alert that no message can hold', async () => {
    const huge = anAlert({ details: { noise: randomBytes(900_000).toString('base64') } });
    await expect(
      sqsAlertQueue({ client, queueUrl: aws.queues.alerts.url }).enqueue(accepted([huge])),
    ).rejects.toThrow(/^message of \d+ bytes exceeds what sqs takes; expected at most 1048576$/);
  });
});

describe('the delivery queues', () => {
  test('take each delivery on its channel, in the share of its destination and its source', async () => {
    const queue = sqsDeliveryQueue({
      client,
      queueUrls: { email: aws.queues.email.url, webhook: aws.queues.webhook.url },
    });
    const webhooks = Array.from({ length: 23 }, (_, index) =>
      aMessage({ delivery_id: `w-${index}`, destination_id: `dst_${index % 3}` }),
    );
    const mail = aMessage({
      delivery_id: 'm-1',
      channel: 'email',
      destination_id: 'dst_m',
      recipient: 'a@b.example',
    });
    await queue.enqueue([...webhooks, mail]);
    expect((await receive(aws.queues.email.url)).map(valueOf)).toEqual([mail]);
    const received = await receive(aws.queues.webhook.url);
    expect(received).toHaveLength(23);
    for (const message of received) {
      const { destination_id: destinationId } = valueOf(message) as { destination_id: string };
      expect(message.Attributes?.MessageGroupId).toBe(`${destinationId}:src_1`);
    }
    await queue.enqueue([]);
  });
});

describe('the delivery queues of a deployment with a private lane', () => {
  const [usual, inside] = [
    aMessage({ delivery_id: 'p-1' }),
    aMessage({ delivery_id: 'p-2', is_private: true }),
  ];
  const lane = (): string => aws.privateQueues.privateWebhook.url;

  test('take what is for a private destination apart', async () => {
    const queueUrls = {
      email: aws.queues.email.url,
      webhook: aws.queues.webhook.url,
      privateWebhook: lane(),
    };
    await sqsDeliveryQueue({ client, queueUrls }).enqueue([usual, inside]);
    expect((await receive(aws.queues.webhook.url)).map(valueOf)).toEqual([usual]);
    expect((await receive(lane())).map(valueOf)).toEqual([inside]);
  });

  test('take everything where there is none: the function says then what is wrong', async () => {
    const queueUrls = { email: aws.queues.email.url, webhook: aws.queues.webhook.url };
    await sqsDeliveryQueue({ client, queueUrls }).enqueue([inside]);
    expect((await receive(aws.queues.webhook.url)).map(valueOf)).toEqual([inside]);
  });

  test('are handed what is for the other network, and nothing is swallowed where there is none', async () => {
    const retries = (otherNetworkUrl?: string) => sqsRetryQueue({ client, queueUrls: {}, otherNetworkUrl });
    await retries(lane()).handOver(inside);
    const [received] = await receive(lane());
    expect(valueOf(received)).toEqual(inside);
    expect(received?.Attributes?.MessageGroupId).toBe(`${inside.destination_id}:src_1`);
    await expect(retries().handOver(inside)).rejects.toThrow('no function in another network');
  });
});

describe('the retry queue', () => {
  const queueOf = () =>
    sqsRetryQueue({
      client,
      queueUrls: {
        webhook: { retry: aws.queues.webhookRetry.url, deadLetter: aws.queues.webhook.deadLetterUrl },
        email: { retry: aws.queues.email.url, deadLetter: aws.queues.email.deadLetterUrl },
      },
    });

  const receiveAfter = async (ms: number) => {
    aws.clock.at += ms;
    return receive(aws.queues.webhookRetry.url);
  };

  test.each([
    [0, 0],
    [29.2, 30],
    [7_200, 900],
    [-5, 0],
  ])('hides a message that is due in %d s for %d s', async (given, seconds) => {
    const message = aMessage({ attempt: 2, not_before: '2026-01-15T16:00:00.000Z' });
    await queueOf().sendLater(message, given);
    const early = seconds === 0 ? [] : await receiveAfter(seconds * 1_000 - 1);
    expect(early).toEqual([]);
    expect((await receiveAfter(1)).map(valueOf)).toEqual([message]);
  });

  test('of mail is the queue of mail', async () => {
    await queueOf().sendLater(aMessage({ channel: 'email' }), 0);
    expect(await receive(aws.queues.email.url)).toHaveLength(1);
  });

  test('lays down a dead letter as the message that a redrive sends, with its reason beside it', async () => {
    const message = aMessage({
      attempt: 4,
      round: 1,
      first_attempt: 1,
      not_before: '2026-01-15T16:00:00.000Z',
    });
    await queueOf().deadLetter(message, 'receiver-rejected', 'HTTP 400: größer\r\nthan \u0000 "it"');
    const [letter] = await receive(aws.queues.webhook.deadLetterUrl);
    const { not_before: _, ...rest } = message;
    expect(valueOf(letter)).toEqual({ ...rest, attempt: 5, round: 2, first_attempt: 5 });
    expect(letter?.MessageAttributes).toMatchObject({
      reason: { DataType: 'String', StringValue: 'receiver-rejected' },
      detail: { DataType: 'String', StringValue: 'HTTP 400: gr er than "it"' },
    });
  });

  test('cuts a long detail and leaves out an empty one', async () => {
    await queueOf().deadLetter(aMessage({ channel: 'email' }), 'mail-rejected', 'x'.repeat(2_000));
    await queueOf().deadLetter(aMessage({ channel: 'email' }), 'mail-rejected', '\u0000');
    const letters = await receive(aws.queues.email.deadLetterUrl);
    const details = letters.map(({ MessageAttributes }) => MessageAttributes?.['detail']?.StringValue);
    expect(details).toEqual([`${'x'.repeat(253)}...`, undefined]);
  });

  test('knows no channel that it was not told of', async () => {
    const queue = sqsRetryQueue({ client, queueUrls: {} });
    await expect(queue.sendLater(aMessage(), 1)).rejects.toThrow('channel webhook');
  });
});
