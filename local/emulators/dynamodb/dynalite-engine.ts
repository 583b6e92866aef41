import { createRequire } from 'node:module';
import type { JsonObject } from '../../json-object.ts';
import { AwsError } from '../aws-error.ts';

type Store = { lifecycleManager: { gracefulClose(): Promise<void> } };
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
    return new Promise((resolve, reject) => {
      const data = validations.checkTypes(input, types);
      validations.checkValidations(data, types, custom, store);
      perform(store, data, (error, answer) => {
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
