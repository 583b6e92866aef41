import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import { isJsonObject } from '../../json-object.ts';
import type { JsonObject } from '../../json-object.ts';
import { arnOf } from '../account.ts';
import type { Account } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { requiredText } from '../read-input.ts';
import { openDynalite } from './dynalite-engine.ts';
import { type Insert, insertsIn } from './partiql.ts';
import { openTimeToLive } from './time-to-live.ts';

/** How a batch names the refusal of a statement (`BatchStatementError`). */
function statementError({ code, message }: AwsError): JsonObject {
  if (code === 'ConditionalCheckFailedException') {
    return { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' };
  }
  return {
    Code: code.replace(/Exception$/u, code === 'ValidationException' ? 'Error' : ''),
    Message: message,
  };
}

/** A table as the template describes it. */
export type TableDefinition = {
  name: string;
  attributeDefinitions: unknown;
  keySchema: unknown;
  globalSecondaryIndexes: { IndexName: string; KeySchema: unknown; Projection: unknown }[];
  timeToLiveAttribute?: string | undefined;
};

/**
 * DynamoDB: dynalite, plus what it lacks and we use (time to live, `ReturnValuesOnConditionCheckFailure`).
 *
 * No transactions and no streams; asking for them is an error.
 */
export function openDynamoDb(options: { db: DatabaseSync; clock: Clock; account: Account }) {
  const engine = openDynalite(options.db, options.account);
  const timeToLive = openTimeToLive(options.db, options.clock, engine);
  const keyNames = new Map<string, string[]>();

  async function describe(name: string): Promise<JsonObject> {
    const answer = await engine.call('DescribeTable', { TableName: name });
    const table = answer['Table'];
    if (!isJsonObject(table)) throw new Error(`dynalite described table ${name} without a Table`);
    const TableArn = arnOf(options.account, 'dynamodb', `table/${name}`);
    const indexes = table['GlobalSecondaryIndexes'];
    if (!Array.isArray(indexes)) return { ...table, TableArn };
    const GlobalSecondaryIndexes = (indexes as JsonObject[]).map((index) =>
      Object.assign({}, index, { IndexArn: `${TableArn}/index/${String(index['IndexName'])}` }),
    );
    return { ...table, TableArn, GlobalSecondaryIndexes };
  }

  async function keysOf(name: string): Promise<string[]> {
    const known = keyNames.get(name);
    if (known !== undefined) return known;
    const schema = (await describe(name))['KeySchema'] as { AttributeName: string }[];
    const names = schema.map((key) => key.AttributeName);
    keyNames.set(name, names);
    return names;
  }

  /** The item that made a conditional write fail, which dynalite does not tell. */
  async function itemInTheWay(input: JsonObject): Promise<JsonObject> {
    const TableName = requiredText(input, 'TableName');
    const from = isJsonObject(input['Key']) ? input['Key'] : (input['Item'] as JsonObject);
    const names = await keysOf(TableName);
    const Key = Object.fromEntries(names.map((name) => [name, from[name]]));
    const { Item } = await engine.call('GetItem', { TableName, Key, ConsistentRead: true });
    return Item === undefined ? {} : { Item };
  }

  /** Each statement is answered by itself, so the call is answered with 200. */
  async function insertEach(input: JsonObject): Promise<JsonObject> {
    const statements = insertsIn(input);
    const puts = new Map<Insert, { TableName: string; Item: JsonObject; ConditionExpression: string }>();
    const places = new Set<string>();
    for (const statement of statements) {
      if (statement instanceof AwsError) continue;
      const { table, item } = statement;
      // One after the other: the keys of a table are asked for once.
      // oxlint-disable-next-line no-await-in-loop
      const names = await keysOf(table);
      places.add(JSON.stringify([table, ...names.map((name) => item[name])]));
      const ConditionExpression = `attribute_not_exists(${String(names[0])})`;
      puts.set(statement, { TableName: table, Item: item, ConditionExpression });
    }
    if (places.size < puts.size) {
      throw new AwsError('ValidationException', 'Provided list of item keys contains duplicates');
    }
    const refusals = engine.putEach([...puts.values()]);
    const refusalOf = new Map([...puts.keys()].map((insert, index) => [insert, refusals[index]]));
    const Responses = statements.map((statement) => {
      const refusal = statement instanceof AwsError ? statement : refusalOf.get(statement);
      return refusal === undefined ? {} : { Error: statementError(refusal) };
    });
    return { Responses };
  }

  async function call(action: string, input: JsonObject): Promise<JsonObject> {
    if (action === 'UpdateTimeToLive') return timeToLive.update(input);
    if (action === 'DescribeTimeToLive') return timeToLive.describe(input);
    if (action === 'DescribeContinuousBackups') {
      return { ContinuousBackupsDescription: { ContinuousBackupsStatus: 'DISABLED' } };
    }
    if (action === 'BatchExecuteStatement') return insertEach(input);
    if (action === 'DescribeTable') return { Table: await describe(requiredText(input, 'TableName')) };
    const { ReturnValuesOnConditionCheckFailure: wanted, ...rest } = input;
    try {
      return await engine.call(action, rest);
    } catch (error) {
      const failed = error instanceof AwsError && error.code === 'ConditionalCheckFailedException';
      if (!failed || wanted !== 'ALL_OLD') throw error;
      throw new AwsError(error.code, error.message, error.status, {
        ...error.details,
        ...(await itemInTheWay(input)),
      });
    }
  }

  async function find(name: string): Promise<JsonObject | undefined> {
    try {
      return await describe(name);
    } catch (error) {
      if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  /** Creates a table, or checks that the one in the data folder has the same keys and indexes. */
  async function deploy(table: TableDefinition): Promise<void> {
    const { name, keySchema, globalSecondaryIndexes } = table;
    const found = await find(name);
    if (found !== undefined) {
      const shape = (keys: unknown, indexes: unknown): string =>
        JSON.stringify([
          keys,
          ((indexes ?? []) as TableDefinition['globalSecondaryIndexes'])
            .map((index) => [index.IndexName, index.KeySchema])
            .sort(([a], [b]) => String(a).localeCompare(String(b))),
        ]);
      if (
        shape(found['KeySchema'], found['GlobalSecondaryIndexes']) !==
        shape(keySchema, globalSecondaryIndexes)
      ) {
        throw new Error(
          `table ${name} in the data folder has other keys or indexes than the template; start with another --data folder`,
        );
      }
    } else {
      await engine.call('CreateTable', {
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: table.attributeDefinitions,
        KeySchema: keySchema,
        ...(globalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes: globalSecondaryIndexes }),
      });
      for (;;) {
        if ((await describe(name))['TableStatus'] === 'ACTIVE') break;
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
    }
    timeToLive.set(name, table.timeToLiveAttribute);
  }

  return {
    call,
    deploy,
    sweepExpired: timeToLive.sweep,
    async close(): Promise<void> {
      await timeToLive.stop();
      await engine.close();
    },
  };
}
