import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test, vi } from 'vitest';
import type { LocalRun } from '../../../local/local-run-options.ts';
import { clientSettings, operatorOf, runFixture } from '../fixture-stack.ts';
import { signedFetch } from '../signed-fetch.ts';

function statusWith(run: LocalRun, host: string, path: string, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${run.url}${path}`, { method, setHost: false, headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('loopback', () => {
  test.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])('answers under the name %s', async (name) => {
    const run = await runFixture();
    const { port } = new URL(run.url);
    expect(await statusWith(run, `${name}:${port}`, '/local/queues.json')).toBe(200);
    expect(await statusWith(run, name, '/local/queues.json')).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io:4000',
    '127.0.0.1:4000@evil.example',
    '',
    '0.0.0.0',
  ])('refuses every path under the name "%s"', async (host) => {
    const run = await runFixture();
    for (const path of ['/', '/local/mail.json', '/v1/ingest/a', '/000000000000/Fixture-work']) {
      // An empty Host header is already malformed to Node.
      const refused = `${path} ${await statusWith(run, host, path, 'POST')}`;
      expect([`${path} 400`, `${path} 403`]).toContain(refused);
    }
  });

  test('listens on no other address of the machine', async () => {
    const run = await runFixture();
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address?.internal === false && address.family === 'IPv4');
    const port = Number(new URL(run.url).port);
    for (const other of others) {
      const outcome = await new Promise((resolve) => {
        const socket = connect(port, other?.address);
        socket.on('connect', () => {
          resolve('connected');
        });
        socket.on('error', () => {
          resolve('refused');
        });
      });
      expect(outcome).toBe('refused');
    }
  });
});

describe('the endpoint of the emulators', () => {
  const unsigned = (run: LocalRun, headers: Record<string, string>, body = '{}'): Promise<Response> =>
    fetch(run.url, { method: 'POST', headers, body });
  const call = (run: LocalRun, headers: Record<string, string>, body = '{}', path = '/'): Promise<Response> =>
    signedFetch(run.url, { headers, body, path, keys: operatorOf(run) });

  test('refuses what is not signed, in both protocols', async () => {
    const run = await runFixture();
    const json = await unsigned(run, { 'x-amz-target': 'AmazonSQS.GetQueueAttributes' });
    expect(json.status).toBe(403);
    expect(await json.text()).toContain('MissingAuthenticationToken');
    const query = await unsigned(run, {}, 'Action=GetSendQuota&Version=2010-12-01');
    expect(query.status).toBe(403);
    expect(await query.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  test('takes SQS calls at the path of the queue URL too', async () => {
    const run = await runFixture();
    const QueueUrl = `${run.url}/000000000000/Fixture-other`;
    const headers = { 'x-amz-target': 'AmazonSQS.SendMessage' };
    const answer = await call(
      run,
      headers,
      JSON.stringify({ QueueUrl, MessageBody: 'x' }),
      '/000000000000/Fixture-other',
    );
    expect(answer.status).toBe(200);
    expect(run.queues()).toContainEqual({ name: 'Fixture-other', visible: 1, inFlight: 0, delayed: 0 });
  });

  test.each([
    [{ 'x-amz-target': 'AmazonSNS.Publish' }, '{}', 'does not emulate AmazonSNS.Publish'],
    [{ 'x-amz-target': 'AmazonSQS.TagQueue' }, '{}', 'does not emulate the SQS action TagQueue'],
    [{ 'x-amz-target': 'AmazonSSM.PutParameter' }, '{}', 'does not emulate the SSM action PutParameter'],
    [{ 'x-amz-target': 'AmazonSQS.SendMessage' }, 'not json', 'SerializationException'],
    [{ 'x-amz-target': 'AmazonSQS.SendMessage' }, '[]', 'expected a JSON object'],
    [{ 'x-amz-target': 'AmazonSQS.SendMessage' }, '{"QueueUrl":7}', 'QueueUrl has the wrong type'],
    [{}, 'Action=Publish&Version=2010-03-31', 'does not emulate the action &quot;Publish&quot;'],
  ])('refuses %j with the body %s clearly', async (headers, body, message) => {
    const run = await runFixture();
    const answer = await call(run, headers, body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(message);
  });

  test('outlives a client that goes away in the middle of a body or of a wait', async () => {
    const run = await runFixture();
    const { port, host } = new URL(run.url);
    const half = connect(Number(port), '127.0.0.1');
    const head = [
      'POST / HTTP/1.1',
      `Host: ${host}`,
      'X-Amz-Target: DynamoDB_20120810.PutItem',
      'Content-Length: 100',
      '',
      '{',
    ];
    await new Promise((resolve) => {
      half.write(head.join('\r\n'), resolve);
    });
    half.destroy();
    const QueueUrl = `${run.url}/000000000000/Fixture-other`;
    const leaving = new AbortController();
    const waiting = signedFetch(run.url, {
      keys: operatorOf(run),
      headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
      body: JSON.stringify({ QueueUrl, WaitTimeSeconds: 20 }),
      signal: leaving.signal,
    });
    leaving.abort();
    await expect(waiting).rejects.toThrow('aborted');
    const dynamo = new DynamoDBClient(clientSettings(run));
    await dynamo.send(
      new PutItemCommand({ TableName: run.manifest.table, Item: { pk: { S: 'still here' } } }),
    );
  });
});

test('a run that stops lets a running invocation end', async () => {
  const run = await runFixture();
  const answer = fetch(`${run.url}/v1/ingest/a?do=pause`, { method: 'POST' });
  await vi.waitFor(() => {
    expect(run.environments()).toBe(1);
  });
  await run.close();
  expect((await answer).status).toBe(200);
});
