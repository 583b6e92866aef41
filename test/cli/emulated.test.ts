import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import { decodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import { sqsRetryQueue } from '../../functions/adapters/sqs/retry-queue.ts';
import { emulatedGateway } from './emulated-gateway.ts';
import { LOCAL_KEYS } from './memory-gateway.ts';
import { anAlert, aRoutedAlert } from './records.ts';
import { run } from './run.ts';
import type { Attempt, DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { firstAttempt } from '../../functions/core/model/wire/delivery.ts';
import { deliveryId } from '../../functions/core/model/wire/ids.ts';

const clock = { now: () => Date.now() };
let emulated: Awaited<ReturnType<typeof emulatedGateway>>;
let aws: { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  emulated = await emulatedGateway();
  aws = {
    region: 'eu-central-1',
    endpoint: emulated.url,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'operator' },
  };
});
afterAll(async () => emulated.close());

async function tocsin(argv: string[], more: Parameters<typeof run>[1] = {}) {
  return run([...argv, '--data', emulated.data], { clock, ...more });
}

async function tocsinJson(
  argv: string[],
  more?: Parameters<typeof run>[1],
): Promise<Record<string, unknown>> {
  const ran = await tocsin([...argv, '--json'], more);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return ran.json() as Record<string, unknown>;
}

/** Exit status 1 says that something needs attention. */
async function statusJson(): Promise<unknown> {
  const ran = await tocsin(['status', '--json']);
  expect(ran.stderr).toBe('');
  const json = ran.json() as { attention: unknown[] };
  expect(ran.code).toBe(json.attention.length === 0 ? 0 : 1);
  return json;
}

/** Stands in for the function that delivers: takes the message off its queue and records this attempt. */
async function deliverOnce(queueUrl: string, attempt: Partial<Attempt>): Promise<void> {
  const client = sqsClient(aws);
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
  for (const { Body = '', ReceiptHandle } of Messages) {
    const message = decodeMessageBody(Body) as DeliveryMessage;
    const log = dynamodbDeliveryLog({
      client: dynamodbClient(aws),
      table: emulated.manifest.table,
      clock,
      retentionDays: 90,
    });
    const claim = await log.claim(message, new Date(Date.now() + 60_000).toISOString());
    if (claim.claim !== 'granted') throw new Error(`claim is ${claim.claim}`);
    const done: Attempt = {
      number: message.attempt,
      started_at: new Date().toISOString(),
      duration_ms: 42,
      outcome: 'delivered',
      destination_version: 1,
      ...attempt,
    };
    await log.record(claim.delivery, done, done.outcome === 'delivered' ? 'delivered' : 'dead');
    await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  }
  client.destroy();
}

describe('the tool on real emulators', () => {
  it('keeps sources from creation to deletion', async () => {
    const created = await tocsinJson(['source', 'create', '--name', 'siem']);
    expect((await emulated.gateway.secrets.readSource(String(created['id']))).value).toEqual({
      current: created['secret'],
    });
    expect((await tocsin(['source', 'create', '--name', 'siem'])).code).toBe(1);
    const rotated = await tocsinJson(['source', 'rotate', 'siem']);
    expect((await emulated.gateway.secrets.readSource(String(created['id']))).value).toMatchObject({
      current: rotated['secret'],
      previous: created['secret'],
    });
    expect(await tocsinJson(['source', 'list'])).toMatchObject({
      sources: [{ name: 'siem', id: created['id'] }],
    });
    await tocsinJson(['source', 'delete', 'siem', '--yes']);
    await expect(emulated.gateway.secrets.readSource(String(created['id']))).rejects.toThrow(/secret/i);
    // The name is free again.
    await tocsinJson(['source', 'create', '--name', 'siem']);
  });

  it('tests a webhook through its queue, and tells what came of it', async () => {
    const created = await tocsinJson([
      'destination',
      'create',
      'webhook',
      '--name',
      'hook',
      '--url',
      'https://127.0.0.1:9/x',
    ]);
    expect(created['secret']).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const sleep = async () =>
      deliverOnce(emulated.manifest.queues.webhook.url, {
        status: 200,
        address: '127.0.0.1',
        tls_version: 'TLSv1.3',
        response_excerpt: 'thanks',
      });
    const ran = await tocsin(['destination', 'test', 'hook'], { sleep });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toMatch(/hook: ok[\s\S]*status +200[\s\S]*took +42 ms[\s\S]*TLSv1\.3[\s\S]*thanks/);
    const story = await tocsinJson(['deliveries', 'list', '--destination', 'hook']);
    expect(story).toMatchObject({ deliveries: [{ state: 'delivered', is_test: true }] });
    expect(await tocsinJson(['alerts', 'list', '--type', 'tocsin.test'])).toMatchObject({
      alerts: [{ title: 'Tocsin test alert' }],
    });
  });

  it('fails a test that the receiver fails', async () => {
    const sleep = async () =>
      deliverOnce(emulated.manifest.queues.webhook.url, {
        outcome: 'failed',
        reason: 'receiver-rejected',
        status: 403,
        response_excerpt: 'no',
      });
    const ran = await tocsin(['destination', 'test', 'hook', '--json'], { sleep });
    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject({
      ok: false,
      deliveries: [{ state: 'dead', reason: 'receiver-rejected', status: 403, latency_ms: 42 }],
    });
  });

  it('lists dead letters without hiding them, and redrives a selection once', async () => {
    const destination = (await emulated.gateway.config.find('destination', 'hook'))?.id ?? '';
    const client = sqsClient(aws);
    const queues = emulated.manifest.queues;
    const retry = sqsRetryQueue({
      client,
      queueUrls: {
        email: { retry: queues.email.url, deadLetter: queues.email.deadLetterUrl },
        webhook: { retry: queues.webhookRetry.url, deadLetter: queues.webhook.deadLetterUrl },
      },
    });
    for (const [index, reason] of (['receiver-rejected', 'receiver-unreachable'] as const).entries()) {
      const alert = anAlert({ id: `5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d1${index}` });
      const message = firstAttempt(
        alert,
        { id: deliveryId(alert.id, destination), destinationId: destination, channel: 'webhook' },
        new Date().toISOString(),
      );
      await retry.deadLetter(message, reason, 'why');
    }
    for (let times = 0; times < 2; times += 1) {
      const { dead_letters: letters } = await tocsinJson(['dead-letters', 'list']);
      expect(letters).toMatchObject([
        { reason: 'receiver-rejected', destination_name: 'hook' },
        { reason: 'receiver-unreachable', destination_name: 'hook' },
      ]);
    }
    const argv = ['dead-letters', 'redrive', '--destination', 'hook', '--reason', 'receiver-rejected'];
    expect(await tocsinJson([...argv, '--dry-run'])).toMatchObject({ dry_run: true, would_move: 1 });
    expect(await tocsinJson(argv)).toMatchObject({ moved: 1 });
    expect(await tocsinJson(argv)).toMatchObject({ moved: 0 });
    expect(await statusJson()).toMatchObject({ dead_letters: 1, destinations: { count: 1 } });
    expect(await tocsinJson(['dead-letters', 'redrive', '--all'])).toMatchObject({ moved: 1 });
    expect(await statusJson()).toMatchObject({ dead_letters: 0 });
    client.destroy();
  });

  it('tells why an alert went nowhere', async () => {
    const now = new Date().toISOString();
    const alert = anAlert({ received_at: now, event_time: now, title: 'lonely' });
    await emulated.gateway.records.putAlert(
      aRoutedAlert(alert, {
        routing: 'unrouted',
        trace: [
          {
            destination_id: 'dst_a',
            destination_name: 'hook',
            decision: 'skip',
            because: 'below-minimum-severity',
          },
        ],
      }),
    );
    expect(await tocsinJson(['alerts', 'list', '--state', 'unrouted'])).toMatchObject({
      alerts: [{ title: 'lonely' }],
    });
    const ran = await tocsin(['alerts', 'show', alert.id]);
    expect(ran.stdout).toMatch(/nobody was told[\s\S]*hook: not chosen, the severity is below what it takes/);
    expect(await statusJson()).toMatchObject({ unrouted_alerts_24h: 1 });
  });

  it('finds a stack by its manifest in SSM, with the credentials of the environment', async () => {
    const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: emulated.url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: LOCAL_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_KEYS.secretAccessKey,
    };
    const tool = async (...argv: string[]) =>
      promisify(execFile)(process.execPath, [main, ...argv, '--json'], { env });
    const { stdout } = await tool('status', '--stack', 'Tocsin');
    expect(JSON.parse(stdout)).toMatchObject({ stack: 'Tocsin', is_local: false });
    await expect(tool('status', '--stack', 'Other')).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^{"error":{"code":"no-gateway","message":"no gateway .*Other.*eu-central-1.*"}}\n$/,
      ) as string,
    });
  });

  it('says that the local run is down, once its port is closed', async () => {
    const other = await emulatedGateway();
    const { data } = other;
    const manifest = JSON.stringify({ ...other.manifest, endpoint: 'http://127.0.0.1:1' });
    await writeFile(`${data}/manifest.json`, manifest);
    const ran = await run(['status', '--data', data]);
    await other.close();
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(/^error: nothing answers at 127\.0\.0\.1:1; .*npm start\n$/);
  });
});
