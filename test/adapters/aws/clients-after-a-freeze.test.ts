import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SendRawEmailCommand } from '@aws-sdk/client-ses';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AwsClientOptions } from '../../../functions/adapters/aws/client-options.ts';
import { dynamodbClient } from '../../../functions/adapters/dynamodb/client.ts';
import { secretsManagerClient } from '../../../functions/adapters/secrets/client.ts';
import { sesClient } from '../../../functions/adapters/ses/client.ts';
import { sqsClient } from '../../../functions/adapters/sqs/client.ts';
import { ssmClient } from '../../../functions/adapters/operator/ssm-client.ts';
import { clientOptions } from '../aws-fake.ts';

const JSON_ANSWER = JSON.stringify({ Successful: [], Item: {}, SecretString: '', Parameter: {} });
const XML_ANSWER =
  '<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult><MessageId>m</MessageId></SendRawEmailResult></SendRawEmailResponse>';

/** A call of every client. */
const CLIENTS: Record<string, (options: AwsClientOptions) => () => Promise<unknown>> = {
  dynamodb: (options) => {
    const client = dynamodbClient(options, async () => expect.unreachable('a try was used up'));
    return async () => client.call('GetItem', { TableName: 'T', Key: { pk: 'A', sk: 'B' } });
  },
  sqs: (options) => {
    const client = sqsClient(options);
    const send = { QueueUrl: 'http://localhost/0/q', Entries: [{ Id: '0', MessageBody: 'm' }] };
    return async () => client.send(new SendMessageBatchCommand(send));
  },
  'secrets manager': (options) => {
    const client = secretsManagerClient(options);
    return async () => client.send(new GetSecretValueCommand({ SecretId: 's' }));
  },
  ssm: (options) => {
    const client = ssmClient(options);
    return async () => client.send(new GetParameterCommand({ Name: 'p' }));
  },
  ses: (options) => {
    const client = sesClient(options);
    return async () => client.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from('mail') } }));
  },
};

/** An AWS that answers so many requests on a connection and breaks it at the next, before any byte of an answer. */
async function anAws({ answersPerConnection }: { answersPerConnection: number }) {
  const connections: Socket[] = [];
  const answered = new Map<Socket, number>();
  let requests = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      requests += 1;
      const times = answered.get(request.socket) ?? 0;
      answered.set(request.socket, times + 1);
      if (times >= answersPerConnection) request.socket.resetAndDestroy();
      else response.end(body.startsWith('Action=') || body.includes('&Action=') ? XML_ANSWER : JSON_ANSWER);
    })();
  });
  server.on('connection', (socket: Socket) => connections.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    requests: () => requests,
  };
}

describe.each(Object.entries(CLIENTS))('the client of %s', (name, clientOf) => {
  test('uses no connection again that was idle while the function was frozen', async () => {
    const aws = await anAws({ answersPerConnection: Number.POSITIVE_INFINITY });
    const clock = { at: 1_000_000, now: () => clock.at };
    const call = clientOf(clientOptions(aws.endpoint, { clock }));
    await call();
    await call();
    expect(aws.connections).toHaveLength(1);
    clock.at += 5 * 60_000;
    await call();
    expect(aws.connections).toHaveLength(2);
  });

  test(`${name === 'ses' ? 'sends no mail again' : 'makes a call again at once'} whose kept connection breaks`, async () => {
    const aws = await anAws({ answersPerConnection: 1 });
    const call = clientOf(clientOptions(aws.endpoint));
    await call();
    if (name === 'ses') {
      await expect(call()).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(aws.requests()).toBe(2);
    } else {
      // None of the client's own tries is used up.
      expect(await call()).not.toMatchObject({ $metadata: { attempts: 2 } });
      expect(aws.requests()).toBe(3);
    }
  });
});
