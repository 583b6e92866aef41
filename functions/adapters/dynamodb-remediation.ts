import type { Remediation } from '../core/model/remediation.ts';
import { mostExactFirst } from '../core/model/remediation.ts';
import type { RemediationStore } from '../core/operator-ports.ts';
import type { RemediationSource } from '../core/ports.ts';
import type { DynamodbClient } from './dynamodb-client.ts';
import { conditionHeld } from './dynamodb-conditions.ts';
import { type Item, queryAll } from './dynamodb-pages.ts';

type Table = { client: DynamodbClient; table: string };

const PARTITION = 'REMEDIATION';
const keyOf = (type: string) => ({ pk: PARTITION, sk: type });

/** The operator's steps, the most exact first. An entry that cannot be read is left out: a mail is worth more. */
export function dynamodbRemediation(from: Table): RemediationSource {
  return { load: async () => mostExactFirst(await readAll(from, false)) };
}

/** One item per type, written by the operator's tools. */
export function dynamodbRemediationStore(from: Table): RemediationStore {
  const { client, table } = from;
  return {
    list: async () => mostExactFirst(await readAll(from, true)),
    set: async (entry) => {
      await client.call('PutItem', { TableName: table, Item: { ...keyOf(entry.type), entry } });
    },
    remove: async (type) =>
      conditionHeld(
        client.call('DeleteItem', {
          TableName: table,
          Key: keyOf(type),
          ConditionExpression: 'attribute_exists(pk)',
        }),
      ),
  };
}

async function readAll({ client, table }: Table, isConsistent: boolean): Promise<Remediation[]> {
  const items = await queryAll(client, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': PARTITION },
    ConsistentRead: isConsistent,
  });
  return items.flatMap((item) => readEntry(item) ?? []);
}

function readEntry(item: Item): Remediation | undefined {
  const entry = item['entry'] as Partial<Remediation> | undefined;
  const isReadable =
    typeof entry === 'object' &&
    entry.type === item['sk'] &&
    Array.isArray(entry.steps) &&
    entry.steps.every((step) => typeof step === 'string') &&
    (entry.url === undefined || typeof entry.url === 'string');
  return isReadable ? (entry as Remediation) : undefined;
}
