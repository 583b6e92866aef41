import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { SQSBatchResponse } from 'aws-lambda';
import { alertId, deliveryId, requestIdOf } from '../functions/core/model/wire/ids.ts';
import type { SenderTask } from './deliver-cpu.ts';

/** The bundle of the webhook Lambda in a process of its own, invoked with batches of ten. */
process.on('message', (task: SenderTask) => {
  void run(task);
});

async function run({ bundle, warm, deliveries, message }: SenderTask): Promise<void> {
  const { handler } = createRequire(import.meta.url)(bundle) as {
    handler: (event: unknown, context: unknown) => Promise<SQSBatchResponse>;
  };
  const batches = (count: number) =>
    Array.from({ length: count / 10 }, () => ({
      Records: Array.from({ length: 10 }, () => ({
        messageId: randomUUID(),
        body: ofAnotherAlert(message),
        attributes: { SentTimestamp: String(Date.now()), ApproximateReceiveCount: '1' },
      })),
    }));
  const invoke = async (events: ReturnType<typeof batches>): Promise<void> => {
    for (const event of events) {
      const { batchItemFailures } = await handler(event, { getRemainingTimeInMillis: () => 30_000 });
      if (batchItemFailures.length > 0) throw new Error('a delivery failed on our side');
    }
  };
  await invoke(batches(warm));
  const measured = batches(deliveries);
  const before = process.cpuUsage();
  await invoke(measured);
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMicros: user + system });
}

/** The delivery of an alert that came alone: a batch of such is the dearest. */
function ofAnotherAlert(message: string): string {
  const id = alertId(requestIdOf(randomUUID()), 0);
  return message.replaceAll('alert-id', id).replaceAll('delivery-id', deliveryId(id, 'dst_1'));
}
