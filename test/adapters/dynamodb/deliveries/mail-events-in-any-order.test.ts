import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbDeliveryLog } from '../../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbGatewayRecords } from '../../../../functions/adapters/operator/records.ts';
import { dynamodbMailEvents } from '../../../../functions/adapters/dynamodb/deliveries/mail-events.ts';
import { dynamodbSuppressions } from '../../../../functions/adapters/dynamodb/suppressions.ts';
import { mailFate } from '../../../../functions/core/model/wire/mail-state.ts';
import { readMailEvent, type MailNotice } from '../../../../functions/core/recipients/read-mail-event.ts';
import { recordFeedback } from '../../../../functions/core/recipients/record-feedback.ts';
import { aMailDestination, memoryAlerts } from '../../../core/recipients/memory-suppressions.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';
import { aMessage, anAttempt } from '../../records.ts';

const FOLDER = new URL('../../../fixtures/ses-events/', import.meta.url);
const NOW = '2026-11-21T12:00:00.000Z';
const NOTICES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json') && !file.includes('without'))
  .map((file) => readMailEvent(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))))
  .filter((notice): notice is MailNotice => notice !== 'not-ours');

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

/** The same order for the same seed. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  return items
    .map((item) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return { item, rank: state };
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

test.each([1, 2, 3, 4, 5])(
  'every shape of event, each twice, in order number %d: one entry each, one truth, one suppression, everybody told',
  async (seed) => {
    const ids = { delivery_id: `order-${seed}`, alert_id: `order-alert-${seed}` };
    const destination = aMailDestination({ id: `dst_${seed}` });
    const clock = clockAt(NOW);
    const log = dynamodbDeliveryLog({ ...db, clock, retentionDays: 90, wait: noWait });
    const recipient = 'ana@example.com';
    const message = aMessage({ ...ids, channel: 'email', destination_id: destination.id, recipient });
    const claim = await log.claim(message, '2026-11-21T12:00:25.000Z');
    if (claim.claim !== 'granted') throw new Error(claim.claim);

    const alerts = memoryAlerts();
    const ports = {
      destinations: { find: async () => destination },
      suppressions: dynamodbSuppressions(db),
      mailEvents: dynamodbMailEvents(db),
      alerts,
      clock,
      tenantId: 'Tocsin',
    };
    const order = shuffled([...NOTICES, ...NOTICES], seed);
    // SES may be faster than our own record of the attempt.
    for (const [index, notice] of order.entries()) {
      if (index === 5) {
        const attempt = anAttempt({ message_id: notice.event.message_id });
        await log.record(claim.delivery, attempt, 'delivered');
      }
      await recordFeedback({ ...notice, alertId: ids.alert_id, deliveryId: ids.delivery_id }, ports);
    }

    const delivery = await dynamodbGatewayRecords({ ...db, clock, retentionDays: 90 }).delivery(
      ids.delivery_id,
    );
    expect(delivery?.state).toBe('delivered');
    expect(delivery?.mail_events?.map(({ id }) => id).toSorted()).toEqual(
      NOTICES.map(({ event }) => event.id).toSorted(),
    );
    expect(delivery === undefined ? undefined : mailFate(delivery)?.state).toBe('complained');
    const held = await ports.suppressions.find(destination.id, recipient);
    expect(['bounced', 'complained']).toContain(held?.reason);
    expect(
      alerts
        .distinct()
        .map(({ type }) => type)
        .toSorted(),
    ).toEqual(['tocsin.mail-rejected', 'tocsin.recipient-suppressed']);
  },
);
