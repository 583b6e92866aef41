import { createSource, createWebhook, isIdle, NO_RATE_LIMIT, until } from './gateway.ts';
import { postAlerts } from './post-alerts.ts';
import { sizes } from './sizes.ts';
import { verdict } from './verdict.ts';
import { startReceiver } from '../test/e2e/receiver.ts';
import { runGateway } from '../test/e2e/running-gateway.ts';

/**
 * One largest request to five destinations, through the whole local run: from the request to the last delivery, over
 * the same for the same number of alerts that come one by one. Every delivery must have come, once.
 *
 * `npx node bench/burst.ts 1000` sends fewer records than 10,000. `slow-burst.ts` has less than a
 * processor.
 */
const { records: RECORDS } = sizes({
  records: { usual: 10_000, smallest: 20 },
});
const DESTINATIONS = 5;
const SENDERS = 8;

const gateway = await runGateway();
const receiver = await startReceiver();
try {
  for (let index = 0; index < DESTINATIONS; index += 1)
    await createWebhook(gateway, `hook-${String(index)}`, receiver);
  const source = await createSource(gateway, 'burst', ...NO_RATE_LIMIT);

  async function lastDeliveryMs(name: string, perRequest: number, alerts: number): Promise<number> {
    receiver.posts.length = 0;
    const fromMs = performance.now();
    await postAlerts(source, { alerts, perRequest, senders: SENDERS, name });
    await until(() => receiver.posts.length >= alerts * DESTINATIONS, 20);
    const tookMs = performance.now() - fromMs;
    await until(() => isIdle(gateway), 200);
    const ids = new Set(receiver.posts.map(({ headers }) => headers['tocsin-delivery']));
    if (ids.size !== alerts * DESTINATIONS || receiver.posts.length !== ids.size)
      throw new Error(
        `${String(receiver.posts.length)} posts of ${String(ids.size)} deliveries, expected ${String(alerts * DESTINATIONS)}`,
      );
    return tookMs;
  }

  await lastDeliveryMs('warm', 1, 100);
  const single = await lastDeliveryMs('single', 1, RECORDS);
  const burst = await lastDeliveryMs('burst', RECORDS, RECORDS);
  console.log(
    `${String(RECORDS)} records to ${String(DESTINATIONS)}: one request ${burst.toFixed(0)} ms, single ones ${single.toFixed(0)} ms`,
  );
  verdict('row 14: last delivery of one largest request / of single requests', burst / single, 1.2);
} finally {
  await gateway.close();
  await receiver.close();
}
