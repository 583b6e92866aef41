import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamodbAlertStore } from '../../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbDeliveryLog } from '../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbTally } from '../../../functions/adapters/dynamodb/deliveries/tally.ts';
import { dynamodbDigestMembers } from '../../../functions/adapters/dynamodb/digests/members.ts';
import { dynamodbRequestRecords } from '../../../functions/adapters/dynamodb/requests.ts';
import { dynamodbLooks } from '../../../functions/adapters/operator/looks.ts';
import { dynamodbGatewayRecords } from '../../../functions/adapters/operator/records.ts';
import type { PlannedDelivery, RoutedAlert } from '../../../functions/core/model/wire/accepted-alerts.ts';
import { digestMessage } from '../../../functions/core/model/wire/digest-message.ts';
import { alertId, deliveryId, requestIdOf } from '../../../functions/core/model/wire/ids.ts';
import type { Looks, OwedDelivery, OwedQuery } from '../../../functions/core/operator/looks.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';
import { aMessage, anAttempt, aRoutedAlert } from '../records.ts';

const NOW = '2026-01-15T20:00:00.000Z';
const UNTIL = '2026-01-15T20:01:00.000Z';
const clock = clockAt(NOW);
const REQUESTS = 6;
const PER_REQUEST = 7;
const DESTINATIONS = 30;
const MAILBOX = 'ops@example.com';

let db: DynamodbTable;
let looks: Looks;
let records: ReturnType<typeof dynamodbGatewayRecords>;
let stored: RoutedAlert[];
beforeAll(async () => {
  db = await dynamodbTable();
  const options = { ...db, clock, retentionDays: 90 };
  looks = dynamodbLooks(options);
  records = dynamodbGatewayRecords(options);
  const longAgo = '2026-01-01T00:00:00.000Z';
  await dynamodbRequestRecords(options).keepLookedAtUntil(longAgo, longAgo);
  stored = Array.from({ length: REQUESTS }, (_, request) => alertsOf(request)).flat();
  await dynamodbAlertStore(options).put(stored);
  await deliverSome(options);
});
afterAll(async () => db.close());

/** The newest request first. The third alert of each goes to every destination, the others to few, the last to none. */
function alertsOf(request: number): RoutedAlert[] {
  const uuid = `${request.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const requestId = requestIdOf(uuid);
  return Array.from({ length: PER_REQUEST }, (_, index) => {
    const id = alertId(requestId, index);
    const count = index === 2 ? DESTINATIONS : index === PER_REQUEST - 1 ? 0 : 2;
    const webhooks = Array.from({ length: count }, (_none, at): PlannedDelivery => ({
      id: deliveryId(id, `dst_${at}`),
      destination_id: `dst_${at}`,
      channel: 'webhook',
    }));
    const mail: PlannedDelivery = {
      id: deliveryId(id, 'dst_mail', MAILBOX),
      destination_id: 'dst_mail',
      channel: 'email',
      recipient: MAILBOX,
    };
    return aRoutedAlert(
      {
        id,
        title: `Alert ${request}.${index}`,
        received_at: new Date(clock.at - request * 60_000).toISOString(),
      },
      { request_id: requestId, deliveries: index === 1 ? [...webhooks, mail] : webhooks },
    );
  });
}

/** Of each four webhooks one is delivered, one dead, one begun and one not begun; mails are in a digest, which is delivered. */
async function deliverSome(options: DynamodbTable & { clock: typeof clock; retentionDays: number }) {
  const table = { ...options, tally: dynamodbTally(options) };
  const log = dynamodbDeliveryLog(table);
  const members = dynamodbDigestMembers(table);
  const digest = { id: 'digest-1', kind: 'window', opened_at: NOW, closes_at: NOW } as const;
  async function begin({ alert }: RoutedAlert, index: number, planned: PlannedDelivery): Promise<void> {
    const { id, destination_id: destinationId, channel, recipient } = planned;
    const message = aMessage({
      delivery_id: id,
      alert_id: alert.id,
      destination_id: destinationId,
      channel,
      alert,
      created_at: alert.received_at,
      ...(recipient !== undefined && { recipient }),
    });
    if (channel === 'email') await members.join(message, digest, 0);
    if (channel === 'email' || index % 4 === 3) return;
    const claim = await log.claim(message, UNTIL);
    if (claim.claim !== 'granted') throw new Error(claim.claim);
    if (index % 4 === 0) await log.record(claim.delivery, anAttempt(), 'delivered');
    if (index % 4 === 1) await log.record(claim.delivery, anAttempt({ outcome: 'failed' }), 'dead');
  }
  for (const routed of stored) {
    await Promise.all(routed.deliveries.map(async (planned, index) => begin(routed, index, planned)));
  }
  const [joiner] = stored;
  if (joiner === undefined) throw new Error('nothing is stored');
  const addressee = { destinationId: 'dst_mail', recipient: MAILBOX };
  const claim = await log.claim(
    digestMessage(digest, addressee, { alert: joiner.alert, channel: 'email' }),
    UNTIL,
  );
  if (claim.claim !== 'granted') throw new Error(claim.claim);
  await log.record(claim.delivery, anAttempt(), 'delivered');
}

const query = (given: Partial<OwedQuery> = {}): OwedQuery => ({
  since: '2026-01-15T00:00:00.000Z',
  until: NOW,
  limit: 50,
  ...given,
});

async function scrolled(given: Partial<OwedQuery>): Promise<{ items: OwedDelivery[]; most: number }> {
  const items: OwedDelivery[] = [];
  let most = 0;
  let after: string | undefined;
  do {
    const before = db.calls.length;
    const look = await looks.owed(query({ ...given, ...(after !== undefined && { after }) }));
    most = Math.max(most, db.calls.length - before);
    const oldest = look.items.at(-1)?.delivery.created_at ?? look.lookedBackTo;
    expect(look.lookedBackTo <= oldest).toBe(true);
    items.push(...look.items);
    after = look.next;
  } while (after !== undefined);
  return { items, most };
}

/** As `alerts show` has them. */
async function told(): Promise<string[]> {
  const found = await Promise.all(stored.map(async ({ alert }) => records.alert(alert.id)));
  return found.flatMap((one) => (one?.deliveries ?? []).map(({ id, state }) => `${id} ${state}`)).toSorted();
}
const isDigest = ({ delivery }: OwedDelivery) => delivery.own_digest !== undefined;
const wordsOf = (items: readonly OwedDelivery[]) =>
  items
    .filter((one) => !isDigest(one))
    .map(({ delivery: { id, state } }) => `${id} ${state}`)
    .toSorted();

describe('a look at the deliveries of all destinations', () => {
  it.each([[{}], [{ limit: 1 }], [{ limit: 45 }], [{ limit: 1_000 }]])(
    'leads on to each of them once, as its alert tells it: %j',
    async (given) => {
      const { items } = await scrolled(given);
      expect(wordsOf(items)).toEqual(await told());
    },
  );

  it('finds those in a state, those that have no row among them', async () => {
    for (const state of ['pending', 'sending', 'delivered', 'dead', 'digested'] as const) {
      const { items } = await scrolled({ state });
      const expected = (await told()).filter((line) => line.endsWith(` ${state}`));
      expect(expected.length).toBeGreaterThan(0);
      expect(wordsOf(items)).toEqual(expected);
    }
  });

  it('shows the message of a digest beside what it tells of', async () => {
    const { items } = await looks.owed(query({ state: 'delivered' }));
    expect(items.filter(isDigest).map(({ delivery }) => delivery)).toMatchObject([
      { alert_id: 'digest-1', state: 'delivered', recipient: MAILBOX },
    ]);
  });

  it('says which alert each is of, the newest first', async () => {
    const { items } = await looks.owed(query({ limit: 5 }));
    const ofAlerts = items.filter((one) => !isDigest(one));
    expect(new Set(ofAlerts.map(({ alertTitle }) => alertTitle?.split('.')[0]))).toEqual(
      new Set(['Alert 0']),
    );
  });

  it('costs a few calls, however many destinations there are', async () => {
    expect((await scrolled({})).most).toBeLessThanOrEqual(7);
    // 250 deliveries are five calls.
    expect((await scrolled({ state: 'dead' })).most).toBeLessThanOrEqual(13);
  });
});

describe('titles', () => {
  it('are read in one call, of those that are stored', async () => {
    const ids = stored.slice(0, 40).map(({ alert }) => alert.id);
    const before = db.calls.length;
    const titles = await looks.titles([...ids, 'digest-1']);
    expect(db.calls.length - before).toBe(1);
    expect(titles).toEqual(new Map(stored.slice(0, 40).map(({ alert }) => [alert.id, alert.title])));
  });
});

describe('a page of deliveries of a destination', () => {
  it('reads no more rows than it shows, however many a tally names', async () => {
    const before = db.calls.length;
    const { items, next } = await looks.deliveries({ ...query({ limit: 5 }), destinationId: 'dst_0' });
    expect(items).toHaveLength(5);
    expect(next).toBeDefined();
    const keys = db.calls.slice(before).flatMap(({ body }) => body.match(/"DELIVERY#/gu) ?? []);
    // Each delivery is looked for in two places.
    expect(keys.length).toBeLessThanOrEqual(2 * 2 * (5 + 10 + PER_REQUEST));
  });

  it('leads on to all of them', async () => {
    const found: string[] = [];
    let after: string | undefined;
    do {
      const look = await looks.deliveries({
        ...query({ limit: 4, ...(after !== undefined && { after }) }),
        destinationId: 'dst_0',
      });
      found.push(...look.items.map(({ id }) => id));
      after = look.next;
    } while (after !== undefined);
    const expected = stored.flatMap(({ deliveries }) =>
      deliveries.filter(({ destination_id: id }) => id === 'dst_0').map(({ id }) => id),
    );
    expect(found.toSorted()).toEqual(expected.toSorted());
  });
});
