import { expect, test } from 'vitest';
import { LOCAL_ACCOUNT } from '../../../local/emulators/account.ts';
import { openDatabase } from '../../../local/emulators/database.ts';
import { openDynamoDb } from '../../../local/emulators/dynamodb/dynamodb-emulator.ts';
import { systemClock } from '../../../local/clock.ts';

const TableName = 'things';
const put = { TableName, Item: { pk: { S: 'a' }, kind: { S: 'b' } } };

async function tableWithIndex() {
  const db = openDatabase(':memory:');
  const dynamo = openDynamoDb({ db, clock: systemClock, account: LOCAL_ACCOUNT });
  await dynamo.deploy({
    name: TableName,
    attributeDefinitions: ['pk', 'kind'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    globalSecondaryIndexes: [
      {
        IndexName: 'byKind',
        KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  const rows = async (): Promise<unknown[]> => {
    const all = await dynamo.call('Scan', { TableName });
    const ofIndex = await dynamo.call('Scan', { TableName, IndexName: 'byKind' });
    return [all['Count'], ofIndex['Count']];
  };
  return { db, dynamo, rows };
}

test.each(['item-things', 'index-global~things~byKind'])(
  'a write that fails in %s leaves neither an item nor a row of an index',
  async (space) => {
    const { db, dynamo, rows } = await tableWithIndex();
    db.exec(
      `create trigger broken before insert on item when new.space = '${space}' begin select raise(abort, 'broken'); end`,
    );
    await expect(dynamo.call('PutItem', put)).rejects.toThrow('broken');
    const batch = { RequestItems: { [TableName]: [{ PutRequest: { Item: put.Item } }] } };
    await expect(dynamo.call('BatchWriteItem', batch)).rejects.toThrow('broken');
    expect(await rows()).toEqual([0, 0]);
    db.exec('drop trigger broken');
    await dynamo.call('PutItem', put);
    expect(await rows()).toEqual([1, 1]);
    await dynamo.close();
  },
);
