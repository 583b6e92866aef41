import { dynamodbAlertStore } from '../../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbClient } from '../../../functions/adapters/dynamodb/client.ts';
import { sqsClient } from '../../../functions/adapters/sqs/client.ts';
import { sendMessages } from '../../../functions/adapters/sqs/send.ts';
import { clientOptions } from '../aws-fake.ts';
import { aRoutedAlert } from '../records.ts';

/** The two fan-outs of a message with 10,000 alerts: 1,000 calls of SQS, 600 of DynamoDB, with the usual timeouts. */
const [endpoint = ''] = process.argv.slice(2);
const numbers = Array.from({ length: 10_000 }, (_, number) => number);

await sendMessages(
  sqsClient(clientOptions(endpoint)),
  `${endpoint}/000000000000/Tocsin-webhook`,
  numbers.map((number) => ({ body: `${number} ${'x'.repeat(1_000)}` })),
);
const store = dynamodbAlertStore({
  client: dynamodbClient(clientOptions(endpoint)),
  table: 'Tocsin',
  clock: { now: () => Date.now() },
  retentionDays: 90,
});
await store.put(numbers.map((number) => aRoutedAlert({ id: `alert-${number}` })));
process.stdout.write('done');
process.exit();
