import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test, vi } from 'vitest';
import { crc32 } from 'node:zlib';
import { awsSigner } from '../../../functions/adapters/aws/signature.ts';
import type { AwsClientOptions } from '../../../functions/adapters/aws/client-options.ts';
import { dynamodbClient } from '../../../functions/adapters/dynamodb/client.ts';
import { clientOptions } from '../aws-fake.ts';
import { emulatedAws } from '../emulated-aws.ts';
import { type Behaviour, hostileAws, refusal } from '../hostile-aws.ts';
import { tableDefinition } from '../table-definition.ts';

const KEY = { pk: 'A', sk: 'B' };
const TABLE = 'Things';
const ITEM = { Item: { pk: { S: 'A' }, sk: { S: 'B' } } };

/** A client of an endpoint with these behaviours, and a read through it. */
async function reading(behaviours: Behaviour[], options: AwsClientOptions = {}) {
  const aws = await hostileAws(...behaviours);
  const waits: number[] = [];
  const client = dynamodbClient(
    clientOptions(aws.endpoint, { requestTimeoutMs: 200, ...options }),
    async (ms) => waits.push(ms),
  );
  const read = async () => client.call('GetItem', { TableName: 'T', Key: KEY });
  return { ...aws, waits, read };
}

describe('an endpoint that has trouble once', () => {
  test.each<[string, Behaviour]>([
    ['500', refusal('InternalServerError', 500)],
    ['503 without a body', (response) => void response.writeHead(503).end()],
    ['throttled', refusal('ThrottlingException')],
    ['over its capacity', refusal('ProvisionedThroughputExceededException')],
    ['429', (response) => void response.writeHead(429).end('{}')],
    ['the connection breaks', (_, request) => void request.socket.destroy()],
    ['no answer', () => {}],
    ['no JSON', '<html>'],
    ['JSON that is no object', 'null'],
    ['an item that is none', '{"Item":{"pk":{"S":"A"'],
    [
      'a wrong checksum',
      (response) => void response.writeHead(200, { 'x-amz-crc32': '1' }).end(JSON.stringify(ITEM)),
    ],
    [
      'a body that stalls',
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"Item":');
      },
    ],
    [
      'a body that breaks off',
      (response, request) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"Item":', () => request.socket.destroy());
      },
    ],
  ])('is asked a second time: %s', async (_, trouble) => {
    const { read, seen, waits } = await reading([trouble, JSON.stringify(ITEM)]);
    expect(await read()).toEqual({ Item: KEY });
    expect(seen).toHaveLength(2);
    expect(waits).toHaveLength(1);
  });
});

describe('an endpoint that has trouble for ever', () => {
  test.each<[string, Behaviour, object]>([
    ['500', refusal('InternalServerError', 500), { name: 'InternalServerError', status: 500 }],
    ['the connection breaks', (_, request) => void request.socket.destroy(), { code: 'ECONNRESET' }],
    ['no answer', () => {}, { name: 'TimeoutError' }],
    ['no JSON', '<html>', { name: 'DamagedAnswerError', status: 200 }],
    [
      'a body that stalls',
      (response) => void response.writeHead(200, { 'content-length': '9' }).write('{'),
      { name: 'TimeoutError' },
    ],
  ])('is asked as often as was said: %s', async (_, trouble, error) => {
    const { read, seen } = await reading([trouble], { maxAttempts: 3 });
    await expect(read()).rejects.toMatchObject(error);
    expect(seen).toHaveLength(3);
  });

  test('a table that asks to slow down gets four tries, or as many as was said', async () => {
    for (const [options, tries] of [
      [{}, 4],
      [{ maxThrottledAttempts: 2 }, 2],
    ] as const) {
      const { read, seen } = await reading([refusal('ThrottlingException')], options);
      await expect(read()).rejects.toMatchObject({ name: 'ThrottlingException', status: 400 });
      expect(seen).toHaveLength(tries);
    }
  });

  test('waits are random, grow, and are longer when it asks to slow down', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const failing = await reading([refusal('InternalServerError', 500)], { maxAttempts: 4 });
    await expect(failing.read()).rejects.toThrow('why Internal');
    const throttled = await reading([refusal('ThrottlingException')]);
    await expect(throttled.read()).rejects.toThrow('why Throttling');
    vi.restoreAllMocks();
    expect([failing.waits, throttled.waits]).toEqual([
      [100, 200, 400],
      [500, 1_000, 2_000],
    ]);
  });

  test('nothing listens', async () => {
    const client = dynamodbClient(
      clientOptions('http://127.0.0.1:1', { requestTimeoutMs: 500 }),
      async () => {},
    );
    await expect(client.call('GetItem', { TableName: 'T', Key: KEY })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  test('a refusal of the request itself is not asked again, and carries its name and reason', async () => {
    const { read, seen } = await reading([refusal('ConditionalCheckFailedException')]);
    await expect(read()).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      status: 400,
      message: 'why ConditionalCheckFailedException',
    });
    expect(seen).toHaveLength(1);
  });

  test('a refusal without a type or a reason is still an error', async () => {
    const { read } = await reading([(response) => void response.writeHead(400).end('{}')]);
    await expect(read()).rejects.toThrow('UnknownError: status 400');
  });
});

describe('an answer', () => {
  test('with the right checksum is taken', async () => {
    const body = JSON.stringify(ITEM);
    const { read } = await reading([
      (response) => void response.writeHead(200, { 'x-amz-crc32': String(crc32(body)) }).end(body),
    ]);
    expect(await read()).toEqual({ Item: KEY });
  });

  test('that comes in pieces, each in time, may take longer than the timeout', async () => {
    const body = JSON.stringify({ Item: { ...ITEM.Item, text: { S: 'ü'.repeat(40) } } });
    const bytes = Buffer.from(body);
    const { read } = await reading(
      [
        (response) => {
          let at = 0;
          const timer = setInterval(() => {
            response.write(bytes.subarray(at, at + 30));
            at += 30;
            if (at < bytes.length) return;
            clearInterval(timer);
            response.end();
          }, 100);
        },
      ],
      { requestTimeoutMs: 450 },
    );
    expect(await read()).toEqual({ Item: { ...KEY, text: 'ü'.repeat(40) } });
  });
});

describe('a request', () => {
  test('is signed as the SDK signs it', async () => {
    const aws = await hostileAws('{}');
    const sdk = new DynamoDBClient({
      ...clientOptions(aws.endpoint),
      credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret/key', sessionToken: 'token' },
    });
    await sdk.send(new GetItemCommand({ TableName: 'T', Key: { pk: { S: 'ü' } } }));
    const [{ headers, body } = { headers: {}, body: '' }] = aws.seen;
    const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
    const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
    const sign = awsSigner({ service: 'dynamodb', region: 'eu-central-1' });
    const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret/key' };
    // Twice: the second time with the key that was kept.
    for (const text of [body, Buffer.from(body)]) {
      expect(sign({ method: 'POST', path: '/', headers: signed, body: text }, credentials)).toBe(
        headers.authorization,
      );
    }
  });

  test('carries the identity of that moment, also one that is renewed', async () => {
    let round = 0;
    const { read, seen } = await reading(['{}'], {
      credentials: async () => {
        round += 1;
        return { accessKeyId: `AKID${round}`, secretAccessKey: 's', sessionToken: `token${round}` };
      },
    });
    await read();
    await read();
    expect(
      seen.map(({ headers }) => [
        /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1],
        headers['x-amz-security-token'],
      ]),
    ).toEqual([
      ['AKID1', 'token1'],
      ['AKID2', 'token2'],
    ]);
  });

  test('is signed with the time of AWS when this machine has another', async () => {
    const expired: Behaviour = (response) => {
      const body = JSON.stringify({ __type: 'x#InvalidSignatureException', message: 'Signature expired' });
      response.writeHead(400, { date: 'Fri, 01 Jan 2100 10:00:00 GMT' }).end(body);
    };
    const { read, seen, waits } = await reading([expired, '{}']);
    await read();
    await read();
    expect(seen.map(({ headers }) => String(headers['x-amz-date']).slice(0, 11))).toEqual([
      expect.not.stringMatching(/^2100/) as string,
      '21000101T10',
      '21000101T10',
    ]);
    expect(waits).toEqual([0]);
  });

  test('with a signature that is wrong for another reason is not asked again', async () => {
    const { read, seen } = await reading([refusal('InvalidSignatureException')]);
    await expect(read()).rejects.toThrow('why InvalidSignatureException');
    expect(seen).toHaveLength(1);
  });

  test('takes region, endpoint and identity from the environment', async () => {
    const aws = await hostileAws('{}');
    vi.stubEnv('AWS_REGION', 'sa-east-1');
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', aws.endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    await dynamodbClient().call('GetItem', { TableName: 'T', Key: KEY });
    vi.unstubAllEnvs();
    expect(aws.seen[0]?.headers).toMatchObject({
      authorization: expect.stringMatching(/Credential=AKIDENV\/\d{8}\/sa-east-1\/dynamodb\//) as string,
      'x-amz-security-token': 'token',
    });
  });

  test('without a region says what is missing', async () => {
    vi.stubEnv('AWS_REGION', '');
    vi.stubEnv('AWS_DEFAULT_REGION', '');
    const call = dynamodbClient().call('GetItem', { TableName: 'T', Key: KEY });
    await expect(call).rejects.toThrow('region is missing; expected AWS_REGION');
    vi.unstubAllEnvs();
  });
});

describe('the emulator of the local run', () => {
  test('takes and gives every kind of value, in every operation', async () => {
    const aws = await emulatedAws();
    const table = tableDefinition(TABLE);
    await aws.emulators.dynamoDb.deploy({
      name: TABLE,
      attributeDefinitions: table.AttributeDefinitions,
      keySchema: table.KeySchema,
      globalSecondaryIndexes: table.GlobalSecondaryIndexes,
    } as Parameters<typeof aws.emulators.dynamoDb.deploy>[0]);
    const client = dynamodbClient(aws.options);
    const item = {
      ...KEY,
      text: 'ü\u0000"\\',
      number: -1.5e-7,
      big: 12_345_678_901_234_567_890n,
      yes: true,
      nothing: null,
      bytes: new Uint8Array([0, 255]),
      list: [1, 'a', [], {}],
      map: { inner: { deep: '' } },
    };
    await client.call('PutItem', { TableName: TABLE, Item: { ...item, left: undefined } });
    const { Item } = await client.call('GetItem', { TableName: TABLE, Key: KEY, ConsistentRead: true });
    expect(Item).toEqual(item);

    const condition = {
      UpdateExpression: 'SET yes = :no',
      ConditionExpression: 'yes = :yes',
      ExpressionAttributeValues: { ':no': false, ':yes': true },
      ReturnValues: 'ALL_NEW' as const,
    };
    const { Attributes } = await client.call('UpdateItem', { TableName: TABLE, Key: KEY, ...condition });
    expect(Attributes).toEqual({ ...item, yes: false });
    await expect(
      client.call('UpdateItem', { TableName: TABLE, Key: KEY, ...condition }),
    ).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });

    const written = await client.call('BatchWriteItem', {
      RequestItems: {
        [TABLE]: [
          { PutRequest: { Item: { pk: 'A', sk: 'C' } } },
          { PutRequest: { Item: { pk: 'A', sk: 'D' } } },
        ],
      },
    });
    expect(written.UnprocessedItems).toEqual({});
    const query = {
      TableName: TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'A' },
    };
    const first = await client.call('Query', { ...query, Limit: 2 });
    expect(first.Items?.map(({ sk }) => sk)).toEqual(['B', 'C']);
    const rest = await client.call('Query', { ...query, ExclusiveStartKey: first.LastEvaluatedKey ?? {} });
    expect(rest).toMatchObject({ Items: [{ sk: 'D' }] });
    await client.call('DeleteItem', { TableName: TABLE, Key: { pk: 'A', sk: 'C' } });
    const { Responses } = await client.call('BatchGetItem', {
      RequestItems: {
        [TABLE]: {
          Keys: [
            { pk: 'A', sk: 'C' },
            { pk: 'A', sk: 'D' },
          ],
        },
      },
    });
    expect(Responses).toEqual({ [TABLE]: [{ pk: 'A', sk: 'D' }] });
    client.destroy();
    await aws.close();
  });
});
