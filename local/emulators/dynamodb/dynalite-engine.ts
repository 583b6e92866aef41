import { createRequire } from 'node:module';
import type { JsonObject } from '../../json-object.ts';
import { AwsError } from '../aws-error.ts';

type Store = { lifecycleManager: { gracefulClose(): Promise<void> }; getTable: GetTable };
type Found = (error: unknown, table?: { TableStatus?: string }) => void;
type GetTable = (name: string, checkStatus: boolean | Found, found?: Found) => void;
type Types = { types: unknown; custom?: unknown };
type Action = (store: Store, data: unknown, done: (error: unknown, answer: JsonObject) => void) => void;

const load = createRequire(import.meta.url);
const database = load('dynalite/db') as { create(options: Record<string, unknown>): Store };
const validations = load('dynalite/validations') as {
  checkTypes(data: JsonObject, types: unknown): JsonObject;
  checkValidations(data: JsonObject, types: unknown, custom: unknown, store: Store): void;
};

const ACTIONS = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
  'UpdateTable',
]);

/** Actions that change or describe a table; the others work on its items. */
const OF_TABLES = new Set(['CreateTable', 'DeleteTable', 'DescribeTable', 'ListTables', 'UpdateTable']);

/** What dynalite says instead of an answer. */
type Refusal = { statusCode: number; body: JsonObject };

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'statusCode' in error && 'body' in error;
}

function toAwsError(error: unknown): unknown {
  if (!isRefusal(error)) return error;
  const { __type: type, message, Message, ...details } = error.body;
  const code = typeof type === 'string' ? (type.split('#').at(-1) ?? type) : 'InternalServerError';
  const text = [message, Message].find((candidate) => typeof candidate === 'string');
  return new AwsError(code, text ?? code, error.statusCode, details);
}

export type DynaliteEngine = ReturnType<typeof openDynalite>;

/**
 * The store with its tables in memory, for actions on items: dynalite reads the description of a table from its folder for
 * each item that is read or written, and that was half of what it read.
 */
function withKnownTables(store: Store): { store: Store; forget(): void } {
  const tables = new Map<string, { TableStatus?: string }>();
  const getTable: GetTable = (name, checkStatus, found) => {
    const done = typeof checkStatus === 'function' ? checkStatus : found;
    const known = tables.get(name);
    if (known !== undefined) {
      done?.(null, known);
      return;
    }
    store.getTable(name, checkStatus !== false, (error, table) => {
      if (table?.TableStatus === 'ACTIVE') tables.set(name, table);
      done?.(error, table);
    });
  };
  return {
    store: Object.create(store, { getTable: { value: getTable } }) as Store,
    forget() {
      tables.clear();
    },
  };
}

/**
 * dynalite without its HTTP server: the same checks and actions, on a LevelDB folder (in memory without `path`).
 *
 * Its server is left out because it needs a port, ends the process when a client goes away in the middle of a body, and
 * cannot close the store of a server that never listened.
 */
export function openDynalite(path: string | undefined) {
  const store = database.create({
    ...(path !== undefined && { path }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  const known = withKnownTables(store);
  const running = new Set<Promise<unknown>>();

  function run(action: string, input: JsonObject): Promise<JsonObject> {
    if (!ACTIONS.has(action)) {
      throw new AwsError(
        'UnknownOperationException',
        `the local run does not emulate the DynamoDB action ${action}`,
      );
    }
    const file = action[0]?.toLowerCase() + action.slice(1);
    const { types, custom } = load(`dynalite/validations/${file}`) as Types;
    const perform = load(`dynalite/actions/${file}`) as Action;
    const isOfTables = OF_TABLES.has(action);
    return new Promise((resolve, reject) => {
      const data = validations.checkTypes(input, types);
      validations.checkValidations(data, types, custom, store);
      perform(isOfTables ? store : known.store, data, (error, answer) => {
        if (isOfTables) known.forget();
        if (error === null || error === undefined) resolve(answer);
        else reject(error);
      });
    });
  }

  return {
    async call(action: string, input: JsonObject): Promise<JsonObject> {
      try {
        const answer = run(action, input);
        running.add(answer);
        return await answer.finally(() => running.delete(answer));
      } catch (error) {
        throw toAwsError(error);
      }
    },
    /** Closes the store once nothing runs in it any more; LevelDB then gives up its lock. */
    async close(): Promise<void> {
      await Promise.allSettled(running);
      await store.lifecycleManager.gracefulClose();
    },
  };
}
