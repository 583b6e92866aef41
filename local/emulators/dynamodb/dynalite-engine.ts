import { createRequire } from 'node:module';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../../json-object.ts';
import type { Account } from '../account.ts';
import { AwsError, notEmulated } from '../aws-error.ts';
import { inTransaction } from '../database.ts';
import { rememberExpressions } from './parsed-expressions.ts';
import { isPlainValue, withoutPlainMembers } from './plain-values.ts';
import { openTableStore } from './table-store.ts';
import type { TableStore } from './table-store.ts';

type Types = { types: Readonly<Record<string, unknown>>; custom?: unknown };
type Ask = (done: (error: unknown, answer: JsonObject) => void) => void;
type Action = (store: TableStore, data: unknown, done: (error: unknown, answer: JsonObject) => void) => void;

const load = createRequire(import.meta.url);
const validations = load('dynalite/validations') as {
  checkTypes(data: JsonObject, types: unknown): JsonObject;
  checkValidations(data: JsonObject, types: unknown, custom: unknown, store: TableStore): void;
  /** What is wrong with an attribute value, in words. */
  validateAttributeValue(this: void, value: unknown): string | undefined;
};
const { validateAttributeValue } = validations;
validations.validateAttributeValue = (value) =>
  isPlainValue(value) ? undefined : validateAttributeValue(value);

const ACTIONS = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DescribeTable',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
]);

/** Actions that create or describe a table; the others work on its items. */
const OF_TABLES = new Set(['CreateTable', 'DescribeTable']);

/** The error that dynalite gives instead of an answer. */
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

const known = new Map<string, Types & { perform: Action }>();

/** What dynalite has for an action. To require a module costs some microseconds also when it is loaded. */
function actionOf(action: string): Types & { perform: Action } {
  const found = known.get(action);
  if (found !== undefined) return found;
  const file = action[0]?.toLowerCase() + action.slice(1);
  const types = load(`dynalite/validations/${file}`) as Types;
  const loaded = { ...types, perform: load(`dynalite/actions/${file}`) as Action };
  known.set(action, loaded);
  return loaded;
}

export type DynaliteEngine = ReturnType<typeof openDynalite>;

/** Actions whose writes belong together: an item, and its rows in the indexes. */
const OF_ITEMS = new Set(['BatchWriteItem', 'DeleteItem', 'PutItem', 'UpdateItem']);

/**
 * dynalite without its HTTP server and its own store: the same checks and actions, on the tables of a database.
 *
 * Its server is left out because it needs a port and ends the process when a client goes away in the middle of a body;
 * its store because it is LevelDB, whose thread costs more than the work, and which leaves an item and its index rows apart
 * when the process is killed between them.
 */
export function openDynalite(db: DatabaseSync, account: Account) {
  rememberExpressions();
  const store = openTableStore(db, account);
  const running = new Set<Promise<unknown>>();

  /** Checks the input; what it gives carries the action out. */
  function checked(action: string, input: JsonObject): Ask {
    if (!ACTIONS.has(action)) throw notEmulated('UnknownOperationException', 'DynamoDB', action);
    const { types, custom, perform } = actionOf(action);
    const { plain, rest } = withoutPlainMembers(input, types);
    const data = { ...validations.checkTypes(rest, types), ...plain };
    validations.checkValidations(data, types, custom, store);
    return (done) => {
      perform(store, data, (error, answer) => {
        if (OF_TABLES.has(action)) store.forgetTables();
        done(error ?? undefined, answer);
      });
    };
  }

  async function run(action: string, input: JsonObject): Promise<JsonObject> {
    const ask = checked(action, input);
    if (OF_ITEMS.has(action)) return inTransaction(db, () => answeredAtOnce(action, ask));
    return new Promise((resolve, reject) => {
      ask((error, answer) => {
        if (error === undefined) resolve(answer);
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
    /** Puts each by itself, in one transaction; gives the refusal of each that was refused. */
    putEach(inputs: readonly JsonObject[]): (AwsError | undefined)[] {
      return inTransaction(db, () =>
        inputs.map((input) => {
          try {
            answeredAtOnce('PutItem', checked('PutItem', input));
            return undefined;
          } catch (error) {
            const refusal = toAwsError(error);
            if (refusal instanceof AwsError) return refusal;
            throw error;
          }
        }),
      );
    },
    /** Resolves when nothing runs any more. */
    async close(): Promise<void> {
      await Promise.allSettled(running);
      // An action on a table ends in a timer of its own; those that were set before this one come before it.
      await pause(1);
    },
  };
}

/** The answer of an action that must be over when this returns; its error, so that the transaction around it is undone. */
function answeredAtOnce(action: string, ask: Ask): JsonObject {
  const outcomes: { error: unknown; answer: JsonObject }[] = [];
  ask((error, answer) => outcomes.push({ error, answer }));
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error(`dynalite did not end ${action} at once`);
  if (outcome.error !== undefined) throw outcome.error;
  return outcome.answer;
}
