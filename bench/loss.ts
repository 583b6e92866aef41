import { createHmac } from 'node:crypto';
import type { Answer } from '../test/e2e/receiver.ts';
import { createWebhook, isIdle, until, withReceiver } from './gateway.ts';
import { postAlerts } from './post-alerts.ts';
import { sizes } from './sizes.ts';
import { verdict } from './verdict.ts';

/**
 * Lost + duplicated + wrongly signed deliveries through the whole local run: gzip JSON Lines by 100 per request, and
 * a receiver that answers every fourth post with a 500.
 *
 * A duplicate is a post of a delivery that had its 200 already. `npx node bench/loss.ts 2000` sends fewer.
 */
const { alerts: ALERTS } = sizes({
  alerts: { usual: 20_000, smallest: 100 },
});
/** A message that failed twice on our side was hidden for six minutes each time. */
const PATIENCE_MS = 1_200_000;
const ANSWERS: Answer[] = [200, 200, 200, 500];

await withReceiver(async ({ gateway, receiver, source }) => {
  const schedule = '1s,1s,2s,2s,4s,4s,8s,8s,8s,8s';
  const destination = await createWebhook(gateway, 'hook', receiver, '--retry', schedule);
  receiver.answer(
    Array.from({ length: ALERTS * 2 }, (_, index) => ANSWERS[index % ANSWERS.length] ?? 200),
    200,
  );
  const startedMs = Date.now();
  const { ids: alertIds } = await postAlerts(source, {
    alerts: ALERTS,
    perRequest: 100,
    senders: 4,
    name: 'alert',
  });
  const acceptedMs = Date.now();
  await until(() => isIdle(gateway) || Date.now() - acceptedMs > PATIENCE_MS, 200);
  // What still lies in a queue is not lost; it counts as lost all the same, and this tells the two apart.
  for (const { name, visible, inFlight, delayed } of gateway.local.queues()) {
    const left = visible + inFlight + delayed;
    if (left > 0) console.log(`not settled: ${String(left)} messages in ${name}`);
  }

  const delivered = new Map<string, number>();
  let duplicates = 0;
  let unverified = 0;
  const finished = new Set<string>();
  for (const [index, { headers, body }] of receiver.posts.entries()) {
    const signature = `sha256=${createHmac('sha256', destination.secret).update(body).digest('hex')}`;
    if (headers['tocsin-signature'] !== signature) unverified += 1;
    const id = String(headers['tocsin-delivery']);
    if (finished.has(id)) duplicates += 1;
    if (ANSWERS[index % ANSWERS.length] === 200) {
      finished.add(id);
      const alertId = (JSON.parse(body) as { data: { id: string } }).data.id;
      delivered.set(alertId, (delivered.get(alertId) ?? 0) + 1);
    }
  }
  const lost = alertIds.filter((id) => !delivered.has(id)).length;
  console.log(
    `${String(alertIds.length)} alerts accepted in ${String(acceptedMs - startedMs)} ms, settled after ` +
      `${String(Date.now() - startedMs)} ms, ${String(receiver.posts.length)} posts, ` +
      `${String(receiver.posts.length - finished.size - duplicates)} of them answered 500`,
  );
  console.log(`lost ${String(lost)}, duplicates ${String(duplicates)}, bad signatures ${String(unverified)}`);
  verdict('row 9: lost + duplicates + bad signatures', lost + duplicates + unverified, 0);
  for (const line of new Set(gateway.errors)) console.error(line);
});
