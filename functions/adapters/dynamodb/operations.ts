import { type AttributeValue, fromItem, toItem, toValue } from './values.ts';

type Item = Record<string, unknown>;
type Wire = Record<string, unknown>;
type Values = Record<string, AttributeValue>;
type Names = Record<string, string>;

type Condition = {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Names;
  ExpressionAttributeValues?: Item;
};
type Returned = { ReturnValues?: 'NONE' | 'ALL_OLD' | 'UPDATED_OLD' | 'ALL_NEW' | 'UPDATED_NEW' };

type PutInput = { TableName: string; Item: Item } & Condition & Returned;
export type QueryInput = {
  TableName: string;
  IndexName?: string;
  KeyConditionExpression: string;
  FilterExpression?: string;
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Names;
  ExpressionAttributeValues?: Item;
  ConsistentRead?: boolean;
  ScanIndexForward?: boolean;
  Limit?: number;
  ExclusiveStartKey?: Item;
};
export type KeysToRead = {
  Keys: Item[];
  ConsistentRead?: boolean;
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Names;
};
/** PartiQL, with a `?` for each parameter. */
type Statement = { Statement: string; Parameters: unknown[] };
export type WriteRequest = { PutRequest: { Item: Item } } | { DeleteRequest: { Key: Item } };

/** The calls to DynamoDB, in the words of its API reference; items are plain values. */
export type DynamodbOperations = {
  GetItem: {
    input: {
      TableName: string;
      Key: Item;
      ConsistentRead?: boolean;
      ProjectionExpression?: string;
      ExpressionAttributeNames?: Names;
    };
    output: { Item?: Item };
  };
  PutItem: { input: PutInput; output: { Attributes?: Item } };
  UpdateItem: {
    input: { TableName: string; Key: Item; UpdateExpression: string } & Condition & Returned;
    output: { Attributes?: Item };
  };
  DeleteItem: {
    input: { TableName: string; Key: Item } & Condition & Returned;
    output: { Attributes?: Item };
  };
  Query: { input: QueryInput; output: { Items?: Item[]; LastEvaluatedKey?: Item } };
  BatchGetItem: {
    input: { RequestItems: Record<string, KeysToRead> };
    output: { Responses?: Record<string, Item[]>; UnprocessedKeys?: Record<string, KeysToRead> };
  };
  BatchWriteItem: {
    input: { RequestItems: Record<string, WriteRequest[]> };
    output: { UnprocessedItems?: Record<string, WriteRequest[]> };
  };
  BatchExecuteStatement: {
    input: { Statements: Statement[] };
    /** In the order of the statements; `Code` is of a list of its own (`BatchStatementError`). */
    output: { Responses?: { Error?: { Code?: string; Message?: string } }[] };
  };
};

/** An operation's input as DynamoDB's JSON. */
export function toWire(input: object): string {
  const wire: Wire = { ...input };
  for (const field of ['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey']) {
    if (wire[field] !== undefined) wire[field] = toItem(wire[field] as Item);
  }
  if (wire['RequestItems'] !== undefined) {
    wire['RequestItems'] = eachTable(wire['RequestItems'], (asked) =>
      Array.isArray(asked)
        ? asked.map((write: WriteRequest) => eachWrite(write, toItem))
        : { ...(asked as KeysToRead), Keys: (asked as KeysToRead).Keys.map(toItem) },
    );
  }
  if (wire['Statements'] !== undefined) {
    wire['Statements'] = (wire['Statements'] as Statement[]).map(({ Statement: text, Parameters }) => ({
      Statement: text,
      Parameters: Parameters.map(toValue),
    }));
  }
  return JSON.stringify(wire);
}

/** An operation's output with its items as plain values. Throws when it is not what DynamoDB answers. */
export function fromWire(output: Wire): Wire {
  const read: Wire = { ...output };
  for (const field of ['Item', 'Attributes', 'LastEvaluatedKey']) {
    if (read[field] !== undefined) read[field] = fromItem(read[field] as Values);
  }
  if (read['Items'] !== undefined) read['Items'] = (read['Items'] as Values[]).map(fromItem);
  // Those of statements are a list, and hold no items.
  if (read['Responses'] !== undefined && !Array.isArray(read['Responses'])) {
    read['Responses'] = eachTable(read['Responses'], (items) => (items as Values[]).map(fromItem));
  }
  if (read['UnprocessedKeys'] !== undefined) {
    read['UnprocessedKeys'] = eachTable(read['UnprocessedKeys'], (left) => ({
      ...(left as object),
      Keys: (left as { Keys: Values[] }).Keys.map(fromItem),
    }));
  }
  if (read['UnprocessedItems'] !== undefined) {
    read['UnprocessedItems'] = eachTable(read['UnprocessedItems'], (left) =>
      (left as WriteRequest[]).map((write) => eachWrite(write, (item) => fromItem(item as Values))),
    );
  }
  return read;
}

function eachTable(tables: unknown, convert: (value: unknown) => unknown): Wire {
  return Object.fromEntries(Object.entries(tables as Wire).map(([table, value]) => [table, convert(value)]));
}

function eachWrite(write: WriteRequest, convert: (item: Item) => Item): WriteRequest {
  return 'PutRequest' in write
    ? { PutRequest: { Item: convert(write.PutRequest.Item) } }
    : { DeleteRequest: { Key: convert(write.DeleteRequest.Key) } };
}
