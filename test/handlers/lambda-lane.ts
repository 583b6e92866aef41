import type { SQSEvent } from 'aws-lambda';
import { failedReceiveSeconds } from '../../functions/core/failed-receive.ts';
import { LOCAL_ACCOUNT } from '../../local/emulators/account.ts';
import { sqsEvent } from '../../local/runtime/sqs-event.ts';
import type { EmulatedAws } from '../adapters/emulated-aws.ts';

/**
 * A queue as Lambda works it off: it receives a batch, gives it to a function, and deletes what that does not name as failed.
 * What failed is hidden as `sqsBatch` hides it. These calls are not counted and cannot fail here, so the emulator is asked
 * without a connection.
 */
export function lambdaLane(
  { emulators: { sqs } }: EmulatedAws,
  { arn, url }: { arn: string; url: string },
  { max, hiddenForSeconds }: { max: number; hiddenForSeconds: number },
) {
  const name = arn.split(':').at(-1) ?? '';
  return {
    depth() {
      const lane = sqs.queues().find((one) => one.name === name);
      if (lane === undefined) throw new Error(`the emulator has no queue ${name}`);
      return { visible: lane.visible, hidden: lane.inFlight + lane.delayed };
    },
    /** `invoke` gives the ids that failed; nothing, when it never answered. What failed comes back, soon after a living worker. */
    async workOff(
      invoke: (event: SQSEvent) => Promise<readonly string[] | undefined>,
    ): Promise<'empty' | 'worked' | 'comes-back'> {
      const batch = await sqs.receive(name, { max, hiddenForSeconds, waitMs: 0 });
      if (batch.length === 0) return 'empty';
      const event = sqsEvent(batch, arn, LOCAL_ACCOUNT) as unknown as SQSEvent;
      const failed = await invoke(event);
      if (failed === undefined) return 'worked';
      sqs.remove(
        name,
        batch.filter((message) => !failed.includes(message.message_id)),
      );
      const comingBack = event.Records.filter(({ messageId }) => failed.includes(messageId));
      for (const { receiptHandle, attributes } of comingBack) {
        await sqs.call('ChangeMessageVisibility', {
          QueueUrl: url,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: failedReceiveSeconds(Number(attributes.ApproximateReceiveCount)),
        });
      }
      return comingBack.length > 0 ? 'comes-back' : 'worked';
    },
  };
}
