import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import { encodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import { alertId } from '../../functions/core/model/wire/ids.ts';
import { queuesOf, type Manifest } from '../../functions/core/model/config/manifest.ts';
import { anAlert, aMessage } from '../adapters/records.ts';
import { runGateway, type CreatedSource } from './running-gateway.ts';

const PATIENCE = { timeout: 20_000, interval: 200 };
const REQUEST = '0c6a8d7e-0000-4000-8000-000000000001';

type Letters = { dead_letters: { queue: string; alert_ids: string[]; delivery_ids: string[] }[] };

/** Lays a body into a dead-letter queue as SQS does: without a reason. */
async function giveUp(manifest: Manifest, queue: keyof Manifest['queues'], value: unknown): Promise<void> {
  const client = sqsClient({
    region: manifest.region,
    ...(manifest.endpoint !== undefined && { endpoint: manifest.endpoint }),
    ...(manifest.credentials !== undefined && { credentials: manifest.credentials }),
  });
  const body = encodeMessageBody(value);
  await client.send(
    new SendMessageCommand({ QueueUrl: queuesOf(manifest)[queue]?.deadLetterUrl, MessageBody: body }),
  );
  client.destroy();
}

test('what SQS gave up is recorded by the deployed watcher, explained, and redriven', async () => {
  const gateway = await runGateway();
  onTestFinished(async () => gateway.close());
  // Not the operator's keys: SQS itself lays these down.
  const { manifest } = gateway.local;
  const source = await gateway.tocsin<CreatedSource>(
    'source',
    'create',
    '--name',
    's',
    '--format',
    'generic',
    '--auth',
    'bearer',
  );
  await gateway.tocsin('destination', 'create', 'email', '--name', 'ops', '--to', 'ops@example.com');
  const received = new Date().toISOString();
  const alert = anAlert({
    id: alertId(REQUEST, 0),
    received_at: received,
    title: 'given up',
    source: { id: source.id, name: 's', format: 'generic' },
  });
  const delivery = aMessage({
    alert,
    alert_id: alert.id,
    destination_id: 'dst_gone',
    delivery_id: 'given-up-delivery',
    created_at: received,
  });
  await giveUp(manifest, 'alerts', { schema_version: '1', request_id: REQUEST, alerts: [alert] });
  await giveUp(manifest, 'webhook', delivery);

  await gateway.local.runSchedules('Tocsin-watch-deliveries');
  const { dead_letters: letters } = await gateway.tocsin<Letters>('dead-letters', 'list');
  expect(letters.map(({ queue, alert_ids: ids }) => [queue, ids])).toEqual([
    ['alerts', [alert.id]],
    ['webhook', [alert.id]],
  ]);
  expect(await gateway.tocsin('why', alert.id)).toMatchObject({ routing: 'dead' });
  expect(await gateway.tocsin('deliveries', 'show', 'given-up-delivery')).toMatchObject({
    state: 'dead',
    reason: 'pipeline-fault',
  });
  await vi.waitFor(async () => {
    const mails = await gateway.local.mails();
    expect(mails.map(({ subject }) => subject).join('\n')).toContain('because the gateway failed');
  }, PATIENCE);

  await gateway.tocsin('dead-letters', 'redrive', '--all');
  await vi.waitFor(async () => {
    const mails = await gateway.local.mails();
    expect(mails.map(({ subject }) => subject).join('\n')).toContain('given up');
    expect(await gateway.tocsin('why', alert.id)).toMatchObject({ routing: 'routed' });
  }, PATIENCE);
  expect(gateway.errors).toEqual([]);
});
