import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, test, vi } from 'vitest';
import { startLocalRun } from '../../local/local-run.ts';
import type { LocalRun } from '../../local/local-run-options.ts';
import { clientSettings, runFixture, temporaryFolder } from './fixture-stack.ts';

/** How long a worker may take to start on a busy machine. */
const PATIENCE = { timeout: 25_000 };

const post = (run: LocalRun, query: string, body = ''): Promise<Response> =>
  fetch(`${run.url}/v1/ingest/a?${query}`, { method: 'POST', body });

async function itemOf(run: LocalRun, pk: string): Promise<Record<string, AttributeValue> | undefined> {
  const client = new DynamoDBClient(clientSettings(run));
  const { Item } = await client.send(
    new GetItemCommand({ TableName: run.manifest.table, Key: { pk: { S: pk } } }),
  );
  return Item;
}

test('an accepted request goes through the queue and the worker into table and mailbox', async () => {
  const run = await runFixture();
  expect((await post(run, 'do=send', 'first')).status).toBe(202);
  expect((await post(run, 'do=send', 'mail')).status).toBe(202);
  await vi.waitFor(async () => {
    expect(await itemOf(run, 'first')).toBeDefined();
    expect(await run.mails()).toMatchObject([
      { subject: 'Grüße', to: ['ops@example.com'], from: 'alerts@example.com' },
    ]);
  }, PATIENCE);
  const record = JSON.parse((await itemOf(run, 'first'))?.['record']?.S ?? '{}') as Record<string, unknown>;
  expect(record).toMatchObject({
    body: 'first',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:Fixture-work',
    attributes: { ApproximateReceiveCount: '1' },
  });
});

test('a message that the worker reports as failed ends in the dead-letter queue, the rest of the batch does not', async () => {
  const run = await runFixture();
  // Its environment has started then: on a busy machine a start takes longer than the second for which a message is hidden.
  await post(run, 'do=send', 'first');
  await vi.waitFor(async () => {
    expect(await itemOf(run, 'first')).toBeDefined();
  }, PATIENCE);
  await Promise.all(['fail', 'good'].map((body) => post(run, 'do=send', body)));
  const depth = (name: string): unknown => run.queues().find((queue) => queue.name === name);
  await vi.waitFor(() => {
    expect(depth('Fixture-work-dead-letters')).toMatchObject({ visible: 1 });
    expect(depth('Fixture-work')).toMatchObject({ visible: 0, inFlight: 0, delayed: 0 });
  }, PATIENCE);
  expect(await itemOf(run, 'good')).toBeDefined();
});

test('a schedule invokes its function with the event of EventBridge', async () => {
  const run = await runFixture();
  await run.runSchedules('Fixture-watch');
  const event = JSON.parse((await itemOf(run, 'watched'))?.['record']?.S ?? '{}') as Record<string, unknown>;
  expect(event).toMatchObject({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} });
});

test('writes the manifest with the endpoint, readable by its owner only', async () => {
  const run = await runFixture();
  const path = join(run.dataDir, 'manifest.json');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    version: 1,
    endpoint: run.url,
    ingestUrl: `${run.url}/v1/ingest`,
    queues: { alerts: { url: `${run.url}/000000000000/Fixture-work` } },
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(run.dataDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(run.dataDir, 'state.db')).mode & 0o777).toBe(0o600);
});

test('serves the manifest parameter and the generated secret of the template', async () => {
  const run = await runFixture();
  const ssm = new SSMClient(clientSettings(run));
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/Fixture/manifest' }));
  expect(JSON.parse(Parameter?.Value ?? '')).toMatchObject({ stack: 'Fixture' });
  await expect(ssm.send(new GetParameterCommand({ Name: '/other' }))).rejects.toThrow('/other not found');
  const secrets = new SecretsManagerClient(clientSettings(run));
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'Fixture/key' }));
  expect(JSON.parse(SecretString ?? '')).toMatchObject({
    user: 'a',
    password: expect.stringMatching(/^.{32}$/s) as string,
  });
});

test('keeps its state over a restart on another port; queue URLs follow the port', async () => {
  const dataDir = temporaryFolder();
  const first = await runFixture({ dataDir });
  await post(first, 'do=send', 'kept');
  await vi.waitFor(async () => {
    expect(await itemOf(first, 'kept')).toBeDefined();
  }, PATIENCE);
  const secret = async (run: LocalRun): Promise<unknown> =>
    (
      await new SecretsManagerClient(clientSettings(run)).send(
        new GetSecretValueCommand({ SecretId: 'Fixture/key' }),
      )
    ).SecretString;
  const before = await secret(first);
  await first.close();
  const second = await runFixture({ dataDir });
  expect(second.url).not.toBe(first.url);
  expect(await itemOf(second, 'kept')).toBeDefined();
  expect(await secret(second)).toBe(before);
  const { Attributes } = await new SQSClient(clientSettings(second)).send(
    new GetQueueAttributesCommand({
      QueueUrl: `${second.url}/000000000000/Fixture-work`,
      AttributeNames: ['QueueArn'],
    }),
  );
  expect(Attributes?.['QueueArn']).toMatch(/:Fixture-work$/);
});

test('a second run on the same data folder is refused, and a free folder is taken again after the first ends', async () => {
  const run = await runFixture();
  const again = { port: 0, dataDir: run.dataDir, assemblyDir: join(run.dataDir, 'assembly') };
  await expect(startLocalRun(again)).rejects.toThrow(/data folder .* is in use by another local run/);
  await run.close();
  const next = await startLocalRun(again);
  await next.close();
});

test('a taken port is named in one line, and the data folder is free again', async () => {
  const run = await runFixture();
  const dataDir = temporaryFolder();
  const port = Number(new URL(run.url).port);
  await expect(startLocalRun({ port, dataDir })).rejects.toThrow(
    `port ${port} is already in use; choose another with --port`,
  );
  await runFixture({ dataDir });
});

test('refuses to start for production', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  await expect(startLocalRun({ port: 0, dataDir: temporaryFolder() })).rejects.toThrow('NODE_ENV=production');
  vi.unstubAllEnvs();
});

test('items past their time to live are swept, others stay', async () => {
  const run = await runFixture({ clock: { now: () => Date.parse('2026-11-21T00:00:00Z') } });
  const client = new DynamoDBClient(clientSettings(run));
  for (const [pk, at] of [
    ['old', '2026-11-20T00:00:00Z'],
    ['young', '2026-11-22T00:00:00Z'],
  ] as const) {
    const expires_at = { N: String(Date.parse(at) / 1000) };
    await client.send(
      new PutItemCommand({ TableName: run.manifest.table, Item: { pk: { S: pk }, expires_at } }),
    );
  }
  expect(await run.sweepExpired()).toBe(1);
  expect(await itemOf(run, 'old')).toBeUndefined();
  expect(await itemOf(run, 'young')).toBeDefined();
});

test('a template without a manifest parameter does not start and leaves nothing behind', async () => {
  const dataDir = temporaryFolder();
  const withoutManifest = runFixture({
    dataDir,
    change: (template) => {
      delete template.Resources['Manifest'];
    },
  });
  await expect(withoutManifest).rejects.toThrow('the template has no SSM parameter /Fixture/manifest');
  expect(existsSync(join(dataDir, 'manifest.json'))).toBe(false);
  await runFixture({ dataDir });
});
