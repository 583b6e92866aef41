import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { sqsClient } from '../../../functions/adapters/sqs/client.ts';
import { gatheredSend } from '../../../functions/adapters/sqs/gathered-send.ts';
import { sendMessages } from '../../../functions/adapters/sqs/send.ts';
import { type AwsAnswer, awsFake, clientOptions, jsonError } from '../aws-fake.ts';

type Batch = { Entries: { Id: string; MessageBody: string }[] };
type Fake = Awaited<ReturnType<typeof awsFake>>;

let fake: Fake | undefined;
afterEach(async () => fake?.close());

/** A client of an SQS that acknowledges every entry but those that `refuses` names. */
async function anSqs(refuses: (body: string) => boolean = () => false, answer?: () => AwsAnswer) {
  fake = await awsFake(({ body }) => {
    if (answer !== undefined) return answer();
    const { Entries } = JSON.parse(body) as Batch;
    const Failed = Entries.filter((entry) => refuses(entry.MessageBody)).map(({ Id }) => ({
      Id,
      Code: 'ThrottlingException',
      Message: 'slow down',
      SenderFault: false,
    }));
    const Successful = Entries.filter((entry) => !refuses(entry.MessageBody)).map(({ Id, MessageBody }) => ({
      Id,
      MessageId: `m-${Id}`,
      MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
    }));
    return { body: JSON.stringify({ Successful, Failed }) };
  });
  const options = clientOptions(fake.endpoint, { requestTimeoutMs: 200 });
  const client = sqsClient(options);
  const url = `${fake.endpoint}/000000000000/Tocsin-webhook`;
  const sendOne = gatheredSend(client);
  return {
    sendOne: async (body: string, name = 'Tocsin-webhook') =>
      sendOne(url.replace('Tocsin-webhook', name), { body }),
    send: async (bodies: string[]) =>
      sendMessages(
        client,
        url,
        bodies.map((body) => ({ body })),
      ),
  };
}

const batches = () => (fake?.calls ?? []).map(({ body }) => (JSON.parse(body) as Batch).Entries.length);

describe('sending messages', () => {
  test('goes ten to a call', async () => {
    const { send } = await anSqs();
    await send(Array.from({ length: 23 }, (_, index) => `message ${index}`));
    expect(batches().toSorted((a, b) => b - a)).toEqual([10, 10, 3]);
  });

  test('goes to a call as far as one mebibyte holds', async () => {
    const { send } = await anSqs();
    const half = 'x'.repeat(524_288);
    await send([half, half, 'x']);
    expect(batches().toSorted((a, b) => b - a)).toEqual([2, 1]);
  });

  test('of nothing calls nobody', async () => {
    const { send } = await anSqs();
    await send([]);
    expect(batches()).toEqual([]);
  });

  test('fails when SQS refuses a single message of an answer that says 200', async () => {
    const { send } = await anSqs((body) => body === 'message 17');
    await expect(send(Array.from({ length: 23 }, (_, index) => `message ${index}`))).rejects.toThrow(
      'sqs acknowledged 9 of 10 messages for queue Tocsin-webhook (ThrottlingException: slow down)',
    );
  });

  test('fails when SQS forgets to say what became of a message', async () => {
    const { send } = await anSqs(undefined, () => ({ body: '{"Successful":[],"Failed":[]}' }));
    await expect(send(['a'])).rejects.toThrow('sqs acknowledged 0 of 1 messages');
  });

  test.each([
    ['answers 500', () => jsonError('InternalError', 500)],
    ['never answers', () => 'no-answer' as const],
    ['hangs up', () => 'reset' as const],
  ])('fails after two tries when SQS %s', async (_name, answer) => {
    const { send } = await anSqs(undefined, answer);
    await expect(send(['a'])).rejects.toThrow(/./);
    expect(fake?.calls).toHaveLength(2);
  });
});

describe('sending single messages', () => {
  test('at the same time is one call for each queue', async () => {
    const { sendOne } = await anSqs();
    await Promise.all([
      ...Array.from({ length: 12 }, async (_, index) => sendOne(`message ${index}`)),
      sendOne('another', 'Tocsin-email'),
    ]);
    expect(batches().toSorted((a, b) => b - a)).toEqual([10, 2, 1]);
    await sendOne('later');
    expect(batches()).toHaveLength(4);
  });

  test('fails for the one that SQS refuses, and for no other', async () => {
    const { sendOne } = await anSqs((body) => body === 'refused');
    const sent = await Promise.allSettled(['one', 'refused', 'two'].map(async (body) => sendOne(body)));
    expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('fails for the one that no message can hold, and for no other', async () => {
    const { sendOne } = await anSqs();
    const sent = await Promise.allSettled(['one', 'x'.repeat(1_048_577)].map(async (body) => sendOne(body)));
    expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  test('that fails alone is not sent again', async () => {
    const { sendOne } = await anSqs(undefined, () => jsonError('InternalServerError', 500));
    await expect(sendOne('one')).rejects.toThrow('InternalServerError');
    // The client asks twice.
    expect(batches()).toEqual([1, 1]);
  });
});
