// A message between threads has no origin.
/* oxlint-disable unicorn/require-post-message-target-origin */
// Handlers of the fixture stack. What they do is in the request: the query parameter `do`, or the message's body.
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendRawEmailCommand, SESClient } from '@aws-sdk/client-ses';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, SQSBatchResponse, SQSEvent } from 'aws-lambda';

const sqs = new SQSClient({});
const dynamo = new DynamoDBClient({});
const ses = new SESClient({});
const environmentId = Math.random().toString(36);

const answer = (statusCode: number, value: unknown): unknown => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
const after = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const requests: Record<string, (event: APIGatewayProxyEventV2) => unknown> = {
  echo: (event) => answer(200, event),
  environment: () => answer(200, { environmentId, env: process.env }),
  throw: () => {
    throw new Error('thrown on purpose');
  },
  malformed: () => ({ statusCode: 'two hundred' }),
  object: () => ({ a: 1 }),
  headers: (event) => ({ statusCode: 401, headers: JSON.parse(event.body ?? '{}') as unknown, body: '' }),
  cookies: () => ({ statusCode: 204, cookies: ['a=1', 'b=2'], headers: { 'X-Upper': 'kept' } }),
  slow: async () => {
    await after(60_000);
  },
  pause: async () => {
    await after(300);
    return answer(200, { environmentId });
  },
  /** Ends when it runs in another environment at the same time. */
  meet: async () => {
    const channel = new BroadcastChannel('fixture-meeting');
    await new Promise<void>((resolve) => {
      channel.addEventListener('message', (event) => {
        if ((event as MessageEvent).data === 'here') channel.postMessage('here too');
        resolve();
      });
      channel.postMessage('here');
    });
    channel.close();
    return answer(200, { environmentId });
  },
  /** Computes for 60 ms of its thread, a little at a time. */
  compute: async () => {
    const cpuMs = (): number => {
      const { user, system } = process.threadCpuUsage();
      return (user + system) / 1_000;
    };
    const [cpuFrom, from] = [cpuMs(), performance.now()];
    while (cpuMs() - cpuFrom < 60) {
      const turn = cpuMs();
      while (cpuMs() - turn < 2);
      await after(0);
    }
    return answer(200, { cpuMs: cpuMs() - cpuFrom, tookMs: performance.now() - from });
  },
  exit: () => process.exit(3),
  memory: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(Array.from({ length: 100_000 }, (_, index) => `${index}`));
  },
  log: () => {
    console.log('a line of the api function');
    return answer(200, {});
  },
  send: async (event) => {
    await sqs.send(
      new SendMessageCommand({ QueueUrl: process.env['WORK_QUEUE_URL'], MessageBody: event.body }),
    );
    return answer(202, {});
  },
  get: async () => {
    const found = await dynamo.send(
      new GetItemCommand({ TableName: process.env['TABLE'], Key: { pk: { S: 'x' } } }),
    );
    return answer(200, found.Item ?? {});
  },
  denied: async () => {
    try {
      await sqs.send(new SendMessageCommand({ QueueUrl: process.env['OTHER_QUEUE_URL'], MessageBody: 'x' }));
    } catch (error) {
      return answer(200, { name: (error as Error).name, message: (error as Error).message });
    }
    return answer(200, { name: 'allowed' });
  },
};

export async function api(event: APIGatewayProxyEventV2): Promise<unknown> {
  return requests[event.queryStringParameters?.['do'] ?? 'echo']?.(event);
}

export async function work(event: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const record of event.Records) {
    if (record.body === 'fail') batchItemFailures.push({ itemIdentifier: record.messageId });
    else if (record.body === 'throw') throw new Error('the whole batch');
    else if (record.body === 'mail') await sendMail();
    else if (record.body === 'pause') await after(300);
    else await put(record.body, JSON.stringify(record));
  }
  return { batchItemFailures };
}

export async function watch(event: unknown): Promise<void> {
  await put('watched', JSON.stringify(event));
}

async function put(pk: string, record: string): Promise<void> {
  await dynamo.send(
    new PutItemCommand({ TableName: process.env['TABLE'], Item: { pk: { S: pk }, record: { S: record } } }),
  );
}

async function sendMail(): Promise<void> {
  const mime = [
    'From: "The gateway" <alerts@example.com>',
    'To: ops@example.com',
    'Subject: =?utf-8?B?R3LDvMOfZQ==?=',
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>An alert</p>',
  ].join('\r\n');
  await ses.send(
    new SendRawEmailCommand({
      Source: 'alerts@example.com',
      Destinations: ['ops@example.com'],
      RawMessage: { Data: Buffer.from(mime) },
      ConfigurationSetName: 'Fixture',
    }),
  );
}
