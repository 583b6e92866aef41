import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbFloods } from '../../functions/adapters/dynamodb/digests/floods.ts';
import { sesClient } from '../../functions/adapters/ses/client.ts';
import { sesMailer } from '../../functions/adapters/ses/mailer.ts';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import { decodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import { sqsRetryQueue } from '../../functions/adapters/sqs/retry-queue.ts';
import { prepareEmail } from '../../functions/core/deliver/email/prepare-email.ts';
import { firstAttempt } from '../../functions/core/model/wire/delivery.ts';
import { deliveryId } from '../../functions/core/model/wire/ids.ts';
import { deliverHandler } from '../../functions/handlers/deliver-handler.ts';
import { aMailingList } from '../adapters/records.ts';
import { receivedEvent } from '../handlers/received-event.ts';
import { emulatedGateway } from './emulated-gateway.ts';
import { anAlert, aRoutedAlert } from './records.ts';
import { run } from './run.ts';

/**
 * The function that sends mails, with its own handler and adapters, on the emulators of the local run, which all share
 * a clock that the test moves. The tool looks at the same table and queues.
 */

const START = Date.parse('2026-03-01T12:00:00.000Z');
const RECIPIENT = 'ops@example.com';
const destination = aMailingList({ id: 'dst_b', name: 'oncall' });
const clock = { at: START, now: () => clock.at };
let world: Awaited<ReturnType<typeof aWorld>>;

beforeEach(async () => {
  clock.at = START;
  world = await aWorld();
});
afterEach(async () => world.close());

async function aWorld() {
  const emulated = await emulatedGateway(clock);
  const aws = {
    region: 'eu-central-1',
    endpoint: emulated.url,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'operator' },
  };
  const { manifest, gateway, emulators } = emulated;
  const from = manifest.emailFrom ?? '';
  emulators.ses.mailbox.addIdentity(from);
  await gateway.config.create('destination', destination);
  const sqs = sqsClient(aws);
  const ses = sesClient(aws);
  const parts = { client: dynamodbClient(aws), table: manifest.table, clock, retentionDays: 90 };
  const mailer = sesMailer({ client: ses, from });
  const faults = { isRefusing: false };
  const sent: { subject: string; text: string; deliveryId: string }[] = [];
  const retries = sqsRetryQueue({
    client: sqs,
    queueUrls: {
      email: { retry: manifest.queues.email.url, deadLetter: manifest.queues.email.deadLetterUrl },
    },
  });
  const floods = { ...dynamodbFloods(parts), retries, clock };
  const handler = deliverHandler(
    {
      prepare: async (message, to) =>
        prepareEmail(message, to, {
          mailer: {
            send: async (mail) => {
              if (faults.isRefusing) return { result: 'rejected', code: 'MessageRejected', detail: 'no' };
              sent.push(mail);
              return mailer.send(mail);
            },
          },
          quota: { standing: async () => ({ state: 'ample' }), noteExhausted: () => undefined },
          suppressions: gateway.suppressions,
          floods,
          messageIdDomain: 'example.com',
        }),
    },
    {
      destinations: { find: async () => destination },
      deliveries: dynamodbDeliveryLog(parts),
      retries,
      alerts: { enqueue: async () => undefined },
      clock,
      random: { fraction: () => 0.5 },
      events: { info: () => undefined, error: () => undefined },
      decode: decodeMessageBody,
    },
  );

  /** Whatever is due in the queue of mails, until nothing is. */
  async function work(): Promise<void> {
    const QueueUrl = manifest.queues.email.url;
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- batches follow one another
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 0,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) return;
      // oxlint-disable-next-line no-await-in-loop
      expect(await handler(receivedEvent(Messages))).toEqual({ failedMessageIds: [] });
      // oxlint-disable-next-line no-await-in-loop
      for (const { ReceiptHandle } of Messages)
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }

  return {
    sent,
    faults,
    emulators,
    work,
    /** Alerts, of one flood unless they have keys of their own, stored and on their way to the recipient. */
    post: async (count: number, keyOf: (index: number) => string = () => 'a') => {
      for (let index = 0; index < count; index += 1) {
        const received = new Date(clock.at + index).toISOString();
        const alert = anAlert({
          id: `alert-${received}`,
          received_at: received,
          title: 'Login failed',
          dedup_key: keyOf(index),
        });
        const planned = {
          id: deliveryId(alert.id, destination.id, RECIPIENT),
          destination_id: destination.id,
          channel: 'email' as const,
          recipient: RECIPIENT,
        };
        // oxlint-disable-next-line no-await-in-loop
        await gateway.records.putAlert(aRoutedAlert(alert, { deliveries: [planned] }));
        const { id, channel, recipient } = planned;
        // oxlint-disable-next-line no-await-in-loop
        await gateway.deliveries.enqueue([
          firstAttempt(alert, { id, destinationId: destination.id, channel, recipient }, received),
        ]);
      }
      clock.at += count;
      await work();
    },
    pass: async (minutes: number) => {
      clock.at += minutes * 60_000;
      await work();
    },
    tocsin: async <T>(...argv: string[]): Promise<T> => {
      const ran = await run([...argv, '--json', '--data', emulated.data], { clock });
      // The verdict of status is an exit status.
      if (argv[0] !== 'status') expect(ran.code).toBe(0);
      expect(ran.stderr).toBe('');
      return ran.json() as T;
    },
    words: async (...argv: string[]) => {
      const ran = await run([...argv, '--data', emulated.data], { clock, columns: 140 });
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      return ran.stdout;
    },
    close: async () => {
      sqs.destroy();
      ses.destroy();
      await emulated.close();
    },
  };
}

type Row = {
  id: string;
  alert_id: string;
  state: string;
  digest: { id: string; kind: string; state: string; closes_at: string; delivery_id: string } | null;
};
const list = async (...argv: string[]) =>
  (await world.tocsin<{ deliveries: Row[] }>('deliveries', 'list', ...argv)).deliveries;
const aMember = async () => {
  const row = (await list('--state', 'digested')).at(0);
  if (row?.digest == null) throw new Error('nothing is digested');
  return { ...row, digest: row.digest };
};

describe('a flood', () => {
  it('is one mail at once and one digest, which tells how to list what is in it', async () => {
    await world.post(60);
    expect(world.sent.map(({ subject }) => subject)).toEqual(['[HIGH] Login failed']);
    const { id, alert_id: alertId, digest } = await aMember();
    expect(digest).toMatchObject({ kind: 'window', state: 'open', closes_at: '2026-03-01T12:05:00.060Z' });
    expect(await world.words('deliveries', 'show', id)).toContain(
      'told by a digest, open until 2026-03-01T12:05',
    );
    expect(await world.words('why', alertId)).toContain('digested: told by a digest, open until');
    expect(await world.words('alerts', 'show', alertId)).toContain('told by a digest, open until');
    expect(await world.words('deliveries', 'list', '--state', 'digested')).toContain('digest open');

    await world.pass(6);
    expect(world.sent.map(({ subject }) => subject)).toEqual([
      '[HIGH] Login failed',
      '[HIGH] Login failed (59 more)',
    ]);
    const { text } = world.sent[1]!;
    expect(text).toContain('59 more of this kind since the first mail at 2026-03-01 12:00:00 UTC');
    const [, command] = /All of them: npx tocsin (deliveries list --digest \S+)/.exec(text) ?? [];
    const listed = [];
    let next: string | null = null;
    do {
      // oxlint-disable-next-line no-await-in-loop
      const page: { deliveries: Row[]; next: string | null } = await world.tocsin(
        ...(command ?? '').split(' '),
        '--limit',
        '20',
        ...(next === null ? [] : ['--after', next]),
      );
      listed.push(...page.deliveries);
      next = page.next;
    } while (next !== null);
    expect(new Set(listed.map((row) => row.alert_id)).size).toBe(59);
    expect(listed).toHaveLength(59);
    expect(new Set(listed.map(({ state }) => state))).toEqual(new Set(['digested']));

    const table = await world.words('deliveries', 'list', '--digest', digest.id, '--limit', '3');
    expect(table).toMatch(/RECEIVED +SEVERITY +TITLE +SOURCE +STATE +ALERT/);
    expect(table).toMatch(/high +Login failed +siem +digested +alert-2026-03-01T12:00:00/);
    expect(table).toMatch(/More: add --after \d+\.\d+/);
    expect(await world.words('deliveries', 'show', id)).toMatch(
      /told by a digest, delivered .*\n.*it tells of 59 alerts, from .*\n.*message id /,
    );
    const own = await world.words('deliveries', 'show', digest.delivery_id);
    expect(own).toContain('digest of a window: what followed the first message of a flood');
    expect(own).toContain('59 alerts, from 2026-03-01T12:00:00');
    expect(own).not.toContain('no longer stored');
    expect(await world.tocsin('deliveries', 'show', id)).toMatchObject({
      digest: {
        state: 'delivered',
        count: 59,
        mail_state: 'accepted',
        message_id: expect.any(String) as string,
      },
    });
    expect(await world.tocsin('why', alertId)).toMatchObject({
      destinations: [{ deliveries: [{ state: 'digested', digest: { state: 'delivered' } }] }],
    });
    expect(await world.words('deliveries', 'list', '--state', 'digested')).toContain('digest delivered');
    expect(await world.tocsin('status')).toMatchObject({ dead_letters: 0 });
  });
});

describe('a digest that is dead', () => {
  beforeEach(async () => {
    await world.post(5);
    world.faults.isRefusing = true;
    await world.pass(6);
    world.faults.isRefusing = false;
  });

  it('is one dead delivery, and its alerts say so', async () => {
    const { id, digest } = await aMember();
    expect(digest).toMatchObject({ state: 'dead', reason: 'mail-rejected' });
    expect(await world.words('deliveries', 'show', id)).toContain('which is dead (mail-rejected)');
    expect(await world.tocsin('status')).toMatchObject({ dead_letters: 1 });
  });

  it.each([
    ['a redrive', ['dead-letters', 'redrive', '--destination', 'oncall'], { moved: 1 }],
    ['a replay of a time', ['replay', '--destination', 'oncall', '--since', '1h'], { sent: 1 }],
  ])('is sent again by %s: the same digest, once', async (_what, argv, answer) => {
    expect(await world.tocsin(...argv)).toMatchObject(answer);
    await world.work();
    expect(world.sent.map(({ subject }) => subject)).toEqual([
      '[HIGH] Login failed',
      '[HIGH] Login failed (4 more)',
    ]);
    const { digest } = await aMember();
    expect(digest.state).toBe('delivered');
    expect(world.sent[1]?.deliveryId).toBe(digest.delivery_id);
    const again = await world.tocsin('replay', '--destination', 'oncall', '--since', '1h');
    expect(again).toMatchObject({ sent: 0, skipped: { delivered: 5 } });
  });

  it('is sent again by a replay of one of its alerts; redriven too, it is one mail all the same', async () => {
    const { alert_id: alertId } = await aMember();
    expect(await world.tocsin('replay', '--alert', alertId)).toMatchObject({
      sent: 1,
      deliveries: [{ was: 'dead' }],
    });
    await world.tocsin('dead-letters', 'redrive', '--destination', 'oncall');
    await world.work();
    expect(world.sent).toHaveLength(2);
    expect(world.sent[1]?.text).toContain(
      '4 more of this kind since the first mail at 2026-03-01 12:00:00 UTC',
    );
  });
});

describe('a storm', () => {
  it('is told of as one, and is sent again as one when it was dead', async () => {
    await world.post(43, (index) => `key-${String(index)}`);
    const { id, digest } = await aMember();
    expect(digest).toMatchObject({ kind: 'storm', state: 'open', opened_at: '2026-03-01T12:00:00.043Z' });
    expect(await world.words('deliveries', 'show', id)).toContain('told by the storm digest, open until');
    world.faults.isRefusing = true;
    await world.pass(6);
    world.faults.isRefusing = false;
    expect(await world.words('deliveries', 'list', '--state', 'digested')).toContain('storm dead');
    await world.tocsin('replay', '--destination', 'oncall', '--since', '1h');
    await world.work();
    expect(world.sent.at(40)?.subject).toBe('[HIGH] 3 alerts held back and summed up');
    expect(world.sent).toHaveLength(41);
    const own = await world.words('deliveries', 'show', digest.delivery_id);
    expect(own).toContain('storm digest: what was over the hourly limit');
  });
});

describe('replay', () => {
  it('leaves alone what a digest will tell, and sends what is asked for again as a mail of its own', async () => {
    await world.post(3);
    const { alert_id: alertId } = await aMember();
    expect(await world.tocsin('replay', '--alert', alertId)).toMatchObject({
      sent: 0,
      skipped: { 'under-way': 1 },
    });
    await world.pass(6);
    expect(await world.tocsin('replay', '--alert', alertId)).toMatchObject({
      sent: 0,
      skipped: { delivered: 1 },
    });
    await world.tocsin('replay', '--alert', alertId, '--again');
    await world.work();
    expect(world.sent.map(({ subject }) => subject)).toEqual([
      '[HIGH] Login failed',
      '[HIGH] Login failed (2 more)',
      '[HIGH] Login failed',
    ]);
  });
});
