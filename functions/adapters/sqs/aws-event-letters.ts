import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsEventLetters } from '../../core/ingest/ports.ts';
import { sendMessages } from './send.ts';

/** The dead-letter queue behind the queue of events: what lies there is what a redrive sends, the event as it came. */
export function sqsAwsEventLetters({
  client,
  deadLetterUrl,
}: {
  client: SQSClient;
  deadLetterUrl: string;
}): AwsEventLetters {
  return {
    deadLetter: async (body, { reason, detail }) => {
      await sendMessages(client, deadLetterUrl, [
        { body, attributes: { reason, detail: printable(detail) } },
      ]);
    },
  };
}

/** SQS refuses most control characters, and an attribute without a value. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, '?') || 'no detail';
}
