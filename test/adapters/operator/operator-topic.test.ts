import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { snsOperatorTopic } from '../../../functions/adapters/operator/operator-topic.ts';
import { snsClient } from '../../../functions/adapters/operator/sns-client.ts';

const ARN = 'arn:aws:sns:eu-central-1:111122223333:Tocsin-operator';
let asked = '';

/** Answers as the API reference of SNS shows it. */
const server = createServer((request, response) => {
  void (async () => {
    asked = await text(request);
    const entry = (key: string, value: string) => `<entry><key>${key}</key><value>${value}</value></entry>`;
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        `<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes>${entry('SubscriptionsConfirmed', '2')}${entry('SubscriptionsPending', '1')}</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`,
      );
  })();
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

it('asks SNS how many hear the alarms of a stack, and how many have not confirmed', async () => {
  const client = snsClient({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  expect(await snsOperatorTopic({ client, topicArn: ARN }).subscriptions()).toEqual({
    arn: ARN,
    confirmed: 2,
    pending: 1,
  });
  expect(asked).toContain('Action=GetTopicAttributes');
  expect(asked).toContain(`TopicArn=${encodeURIComponent(ARN)}`);
  client.destroy();
});
