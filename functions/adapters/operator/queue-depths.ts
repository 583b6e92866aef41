import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import type { ManifestQueue } from '../../core/model/config/manifest.ts';
import type { QueueDepths } from '../../core/operator/ports.ts';
import { queueName } from '../sqs/send.ts';

/** How full every queue of the gateway is, dead-letter queues included. SQS's counts are approximate. */
export function sqsQueueDepths({
  client,
  queues,
}: {
  client: SQSClient;
  queues: Record<string, Pick<ManifestQueue, 'url' | 'deadLetterUrl'>>;
}): QueueDepths {
  return {
    depths: async () => {
      const urls = new Set(Object.values(queues).flatMap(({ url, deadLetterUrl }) => [url, deadLetterUrl]));
      return boundedMap([...urls], CALLS_AT_ONCE, async (url) => {
        const { Attributes } = await client.send(
          new GetQueueAttributesCommand({
            QueueUrl: url,
            AttributeNames: [
              'ApproximateNumberOfMessages',
              'ApproximateNumberOfMessagesNotVisible',
              'ApproximateNumberOfMessagesDelayed',
            ],
          }),
        );
        return {
          name: queueName(url),
          visible: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
          inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
          delayed: Number(Attributes?.ApproximateNumberOfMessagesDelayed ?? 0),
        };
      });
    },
  };
}
