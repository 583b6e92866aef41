import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dynamodbDigestMembers } from '../../functions/adapters/dynamodb/digests/members.ts';
import { dynamodbSystemAlerts } from '../../functions/adapters/dynamodb/system-alerts.ts';
import type { AcceptedAlerts } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { DeadLetterQueueId } from '../../functions/core/model/wire/dead-letter.ts';
import type { DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { digestId } from '../../functions/core/model/wire/digest.ts';
import { alertId, deliveryId } from '../../functions/core/model/wire/ids.ts';
import { nextMessage } from '../../functions/core/model/wire/next-message.ts';
import { attentionOf } from '../../functions/core/operator/attention.ts';
import { judgeWritten } from '../../functions/core/operator/audit/judge-alert.ts';
import { mailFate } from '../../functions/core/model/wire/mail-state.ts';
import { judgeDelivery } from '../../functions/core/watch/judge-delivery.ts';
import { raised, systemAlert } from '../../functions/core/system-alerts/raise.ts';
import { anAlert, aMessage, anAttempt, aRoutedAlert } from '../adapters/records.ts';
import { REQUEST } from './watched-messages.ts';
import { type WatchedWorld, watchedWorld } from './watched-world.ts';

/**
 * Every kind of message that is put on a queue, and what becomes of one that vanishes: it is sent again, or what it was
 * about has a name that an operator reads.
 */

let world: WatchedWorld;
beforeEach(async () => {
  world = await watchedWorld();
});
afterEach(async () => {
  await world.close();
});

const ID = alertId(REQUEST, 0);
const DELIVERY = deliveryId(ID, 'dst_1');
const MINUTE_MS = 60_000;
const STEP_MINUTES = 20;
const now = (laterMs = 0) => new Date(world.clock.at + laterMs).toISOString();
const alert = () => anAlert({ id: ID, received_at: now() });
const planned = { id: DELIVERY, destination_id: 'dst_1', channel: 'webhook' as const };
const message = (given: Partial<DeliveryMessage> = {}) =>
  aMessage({ alert: alert(), alert_id: ID, delivery_id: DELIVERY, created_at: now(), ...given });
const fromSystem = { source: { id: 'tocsin', name: 'Tocsin', format: 'system' } } as const;

const store = async (given: Parameters<typeof aRoutedAlert>[1] = {}, of = alert()) =>
  world.store.put([aRoutedAlert(of, { routed_at: now(), deliveries: [planned], ...given })]);

async function claimed(of: DeliveryMessage) {
  const claim = await world.deliveryLog.claim(of, now(25_000));
  if (claim.claim !== 'granted') throw new Error(claim.claim);
  return claim.delivery;
}

async function ended(state: 'delivered' | 'dead') {
  await store();
  const delivery = await claimed(message());
  const attempt =
    state === 'dead' ? anAttempt({ outcome: 'failed', reason: 'receiver-rejected' }) : anAttempt();
  await world.deliveryLog.record(delivery, attempt, state);
  return { ...delivery, state };
}

async function replay(state: 'delivered' | 'dead'): Promise<void> {
  const delivery = await ended(state);
  await world.operatorQueue.enqueue([nextMessage(aRoutedAlert(alert()), delivery)]);
}

type Kind = {
  name: string;
  queue: DeadLetterQueueId;
  /** Has the message sent, with all that is written before and after it. */
  send: () => Promise<unknown>;
  /** Of the message that is sent again, what tells that it is the same. */
  same: object;
  /** How often it is sent again at most; then the row's end of an earlier round stands, and names it. */
  thefts?: number;
  /** How an audit names it after 21 minutes, where no other test tells. */
  audited?: string;
  /** Does what its consumer does with it. */
  consume: (sent: unknown) => Promise<unknown>;
};

const OWN = systemAlert({
  type: 'tocsin.certificate-expires',
  subject: 'dst_1',
  severity: 'high',
  title: 'A certificate ends',
  description: 'In a week.',
  steps: [],
  details: {},
  nowMs: 0,
  tenantId: 'Tocsin',
});
const deliver = async (sent: unknown) =>
  world.deliveryLog.record(await claimed(sent as DeliveryMessage), anAttempt(), 'delivered');

const aDigest = () => ({
  id: digestId({ destinationId: 'dst_1' }, 'window', world.clock.at + 5 * MINUTE_MS),
  kind: 'window' as const,
  opened_at: now(),
  closes_at: now(5 * MINUTE_MS),
});

/** Time passes, and the watcher runs. */
async function pass(minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed += STEP_MINUTES) {
    world.clock.at += STEP_MINUTES * MINUTE_MS;
    await world.watch();
  }
}

const QUEUES = [
  'alerts',
  'email',
  'webhook',
  'webhookRetry',
  'privateWebhook',
  'privateWebhookRetry',
] as const;
/** Takes away everything that waits anywhere. */
async function steal(): Promise<void> {
  for (const queue of QUEUES) await world.drain(queue);
}

/** What waits in a queue, but what tells of messages that were lost. */
async function waiting(queue: DeadLetterQueueId): Promise<unknown[]> {
  const isNotice = (one: unknown) =>
    ((one as AcceptedAlerts).alerts ?? []).some(({ type }) => type === 'tocsin.message-lost');
  return (await world.messages(queue)).filter((one) => !isNotice(one));
}

const SENT_AGAIN: Kind[] = [
  {
    name: 'a system alert before the router',
    audited: 'not-routed system-alert',
    queue: 'alerts',
    send: async () => world.alertQueue.enqueue(raised([{ ...OWN, received_at: now() }])),
    same: { request_id: 'system', alerts: [{ id: OWN.id, title: OWN.title }] },
    consume: async () => store({ deliveries: [] }, { ...OWN, received_at: now() }),
  },
  {
    name: 'a delivery of a system alert',
    queue: 'webhook',
    send: async () => {
      const systemAlerts = dynamodbSystemAlerts({ ...world.db, clock: world.clock, retentionDays: 90 });
      await systemAlerts.watch([{ id: DELIVERY, alert_id: ID }]);
      await world.deliveryQueue.enqueue([message()]);
      await store({}, { ...alert(), ...fromSystem });
    },
    same: { delivery_id: DELIVERY },
    consume: deliver,
  },
  {
    name: 'the first attempt at a delivery',
    queue: 'webhook',
    send: async () => {
      await world.acceptRequest();
      await world.deliveryQueue.enqueue([message()]);
      await store();
    },
    same: { delivery_id: DELIVERY, attempt: 1, round: 1 },
    consume: deliver,
  },
  {
    name: 'the first attempt at a delivery to a private destination',
    queue: 'privateWebhook',
    send: async () => {
      await world.acceptRequest();
      await world.deliveryQueue.enqueue([message({ is_private: true })]);
      await store({ deliveries: [{ ...planned, is_private: true }] });
    },
    same: { delivery_id: DELIVERY, attempt: 1, round: 1 },
    consume: deliver,
  },
  {
    name: 'a retry to a private destination',
    queue: 'privateWebhook',
    send: async () => {
      await world.acceptRequest();
      await store({ deliveries: [{ ...planned, is_private: true }] });
      const failed = anAttempt({ outcome: 'retry', reason: 'timeout' });
      await world.deliveryLog.record(await claimed(message()), failed, 'pending');
      await world.sendDelivery('privateWebhookRetry', message({ attempt: 2 }));
    },
    same: { delivery_id: DELIVERY, attempt: 2, round: 1 },
    consume: deliver,
  },
  {
    name: 'a retry',
    queue: 'webhook',
    send: async () => {
      await world.acceptRequest();
      await store();
      const failed = anAttempt({ outcome: 'retry', reason: 'timeout' });
      await world.deliveryLog.record(await claimed(message()), failed, 'pending');
      await world.sendDelivery('webhookRetry', message({ attempt: 2 }));
    },
    same: { delivery_id: DELIVERY, attempt: 2, round: 1 },
    consume: deliver,
  },
  {
    name: 'what a route held until its intervals opened',
    queue: 'webhook',
    send: async () => {
      await world.acceptRequest();
      const outside = { intervals: ['office-hours'], until: now(10 * MINUTE_MS) };
      await store({ deliveries: [{ ...planned, outside }] });
      await pass(12);
    },
    same: { delivery_id: DELIVERY, attempt: 1 },
    consume: deliver,
  },
  {
    name: 'the end of a digest',
    queue: 'webhook',
    send: async () => {
      await world.acceptRequest();
      await store();
      const members = dynamodbDigestMembers({ ...world.db, clock: world.clock, retentionDays: 90 });
      await members.join(message(), aDigest(), 0);
    },
    same: { digest: { kind: 'window' }, attempt: 1, round: 1 },
    consume: deliver,
  },
  {
    name: 'a test by an operator',
    queue: 'webhook',
    send: async () => {
      await store({}, { ...alert(), ...fromSystem });
      await world.operatorQueue.enqueue([message({ is_test: true })]);
    },
    same: { delivery_id: DELIVERY, is_test: true },
    consume: deliver,
  },
  {
    name: 'a test mail by an operator',
    queue: 'email',
    send: async () => {
      await store({}, { ...alert(), ...fromSystem });
      const mail = { channel: 'email', recipient: 'ana@example.com', is_test: true } as const;
      await world.operatorQueue.enqueue([message(mail)]);
    },
    same: { delivery_id: DELIVERY, is_test: true, recipient: 'ana@example.com' },
    consume: deliver,
  },
  {
    name: 'a replay of what is dead',
    audited: 'past-due replay',
    queue: 'webhook',
    send: async () => replay('dead'),
    thefts: 1,
    same: { delivery_id: DELIVERY, attempt: 2, round: 2 },
    consume: deliver,
  },
  {
    name: 'a replay of what was delivered',
    audited: 'past-due replay',
    queue: 'webhook',
    send: async () => replay('delivered'),
    thefts: 1,
    same: { delivery_id: DELIVERY, round: 2, is_again: true },
    consume: deliver,
  },
  {
    name: 'a redriven dead letter',
    queue: 'webhook',
    send: async () => {
      await ended('dead');
      await world.layDown(message({ attempt: 2, round: 2, first_attempt: 2, body: '{}' }));
      expect(await world.redrive()).toEqual({ webhook: 1 });
    },
    thefts: 1,
    same: { delivery_id: DELIVERY, attempt: 2, round: 2 },
    consume: deliver,
  },
  {
    name: 'a redriven letter of the alerts queue',
    queue: 'alerts',
    send: async () => {
      const accepted = {
        schema_version: '1',
        request_id: REQUEST,
        authenticated_by: 'bearer',
        alerts: [alert()],
      } as const;
      await world.acceptRequest();
      await world.sendAccepted({ ...accepted, alerts: [...accepted.alerts] });
      await world.giveUp('alerts');
      await world.watch();
      for (const own of await world.raised()) await store({ deliveries: [] }, own);
      await steal();
      expect(await world.redrive()).toEqual({ alerts: 1 });
    },
    thefts: 1,
    same: { request_id: REQUEST, authenticated_by: 'bearer', alerts: [{ id: ID }], is_repeat: true },
    consume: async () => store(),
  },
  {
    name: 'a replay to a destination that no router had planned',
    audited: 'past-due replay',
    queue: 'webhook',
    send: async () => {
      await store({ deliveries: [] });
      await world.operatorQueue.enqueue([message()]);
    },
    same: { delivery_id: DELIVERY, attempt: 1, round: 1 },
    consume: deliver,
  },
];

test.each(SENT_AGAIN)('$name is sent again when its message vanishes, until it is done', async (kind) => {
  const { queue, send, same, consume, audited, thefts = 2 } = kind;
  await send();
  for (let times = 0; times < thefts; times += 1) {
    await steal();
    expect(await waiting(queue)).toEqual([]);
    if (audited !== undefined) {
      const before = world.clock.at;
      world.clock.at += 21 * MINUTE_MS;
      const { findings } = await world.audit();
      expect(findings.map(({ problem, kind }) => `${problem} ${kind}`)).toContain(audited);
      world.clock.at = before;
    }
    await pass(60);
    expect((await waiting(queue))[0], `stolen ${String(times + 1)} times`).toMatchObject(same);
  }
  const [sent] = await waiting(queue);
  await consume(sent);
  await steal();
  await pass(60);
  expect(await waiting(queue)).toEqual([]);
});

describe('what cannot be made again from what is stored has a name', () => {
  test('the alerts of a request are lost, by a system alert and by every list', async () => {
    await world.acceptRequest();
    await pass(40);
    expect(await world.raised()).toMatchObject([
      { type: 'tocsin.message-lost', severity: 'critical', details: { request_id: REQUEST } },
    ]);
    expect(await world.records.openRequests()).toMatchObject([{ isLost: true }]);
  });

  test('a dead letter that SQS moved back by itself stays dead until an attempt at it is begun', async () => {
    await ended('dead');
    await world.layDown(message({ attempt: 2, round: 2, first_attempt: 2 }));
    await world.moveTask('webhook');
    await steal();
    await pass(40);
    expect(judgeWritten((await world.records.delivery(DELIVERY))!, world.clock.at)).toMatchObject({
      standing: 'dead',
    });
  });

  test('a mail whose events never came counts as taken by the mail service, not as arrived', async () => {
    await ended('delivered');
    const delivery = (await world.records.delivery(DELIVERY))!;
    expect(mailFate({ ...delivery, channel: 'email' })).toMatchObject({ state: 'accepted' });
  });
});

test('what an operator sent is open from the moment it is sent, and late when nothing comes of it', async () => {
  await store({ deliveries: [] });
  await world.operatorQueue.enqueue([message({ is_test: true })]);
  const standing = async () =>
    (await world.records.openDeliveries()).map(
      (delivery) => [delivery.id, judgeDelivery(delivery, world.clock.at).standing] as const,
    );
  expect(await standing()).toEqual([[DELIVERY, 'under-way']]);
  world.clock.at += 21 * MINUTE_MS;
  expect(await standing()).toEqual([[DELIVERY, 'overdue']]);
});

test('a digest whose message was stolen is late before it has a row, and the status says where to look', async () => {
  await world.acceptRequest();
  await store();
  const members = dynamodbDigestMembers({ ...world.db, clock: world.clock, retentionDays: 90 });
  const digest = aDigest();
  await members.join(message(), digest, 0);
  await pass(20);
  await steal();
  const open = async () => world.records.openDeliveries();
  expect(await open()).toMatchObject([{ alert_id: digest.id, own_digest: digest, state: 'pending' }]);
  const facts = {
    sources: [],
    destinations: [],
    deadLetters: 0,
    lostRequests: [],
    hasPrivateLane: false,
    mail: [],
    operatorTopic: undefined,
    unreadable: [],
  };
  expect(attentionOf({ ...facts, open: await open() }, world.clock.at)).toEqual([]);
  world.clock.at += 21 * MINUTE_MS;
  expect(attentionOf({ ...facts, open: await open() }, world.clock.at)).toMatchObject([
    {
      kind: 'late',
      text: '1 digest is late: it has ended, and no message of it was begun',
      command: expect.stringContaining(`deliveries list --digest ${digest.id}`) as string,
    },
  ]);
});
