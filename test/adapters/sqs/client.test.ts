import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import '../../generated-cases.ts';
import { awsClientOptions } from '../../../functions/adapters/aws/client-options.ts';
import { sqsClient } from '../../../functions/adapters/sqs/client.ts';
import { awsFake, clientOptions } from '../aws-fake.ts';
import { anyCharacter } from '../../any-character.ts';

let fake: Awaited<ReturnType<typeof awsFake>> | undefined;
afterEach(async () => fake?.close());

const text = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.json(),
);

test('a call has the bytes that the SDK itself would write', async () => {
  fake = await awsFake(() => ({ body: '{}' }));
  const { calls } = fake;
  const options = clientOptions(fake.endpoint);
  const [ours, theirs] = [sqsClient(options), new SQSClient({ ...awsClientOptions(options), md5: false })];
  const QueueUrl = `${fake.endpoint}/000000000000/q`;
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 3 }), async (bodies) => {
      const Entries = bodies.map((MessageBody, index) => ({
        Id: String(index),
        MessageBody,
        DelaySeconds: index,
        MessageAttributes: { reason: { DataType: 'String', StringValue: MessageBody } },
        MessageGroupId: 'group',
      }));
      const before = calls.length;
      for (const client of [ours, theirs])
        await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      const [our, their] = calls.slice(before);
      expect(our?.body).toBe(their?.body);
    }),
    { numRuns: 60 },
  );
});
