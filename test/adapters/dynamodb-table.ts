import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { systemClock } from '../../local/clock.ts';
import { LOCAL_ACCOUNT } from '../../local/emulators/account.ts';
import { AwsError } from '../../local/emulators/aws-error.ts';
import { openDatabase } from '../../local/emulators/database.ts';
import { openDynamoDb } from '../../local/emulators/dynamodb/dynamodb-emulator.ts';
import { type JsonObject, parseJsonObject } from '../../local/json-object.ts';
import { type AwsAnswer, type AwsCall, awsFake, clientOptions } from './aws-fake.ts';
import { deployTable } from './table-definition.ts';

/**
 * The real table in the DynamoDB of the local run, in memory, behind an endpoint in which a test can break single calls.
 *
 * A fault is used up by one matching call: it answers before the engine sees the call, or, with `lost-answer`, breaks
 * the connection after it.
 */
export async function dynamodbTable() {
  const db = openDatabase(':memory:');
  const engine = openDynamoDb({ db, clock: systemClock, account: LOCAL_ACCOUNT });

  async function ask({ operation, body }: AwsCall): Promise<{ status: number; body: string }> {
    try {
      const input: JsonObject = parseJsonObject(body);
      return { status: 200, body: JSON.stringify(await engine.call(operation, input)) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const type = `com.amazonaws.dynamodb.v20120810#${error.code}`;
      return {
        status: error.status,
        body: JSON.stringify({ __type: type, message: error.message, ...error.details }),
      };
    }
  }

  type FaultName = 'lost-answer' | 'pass';
  type Fault = {
    operation: string;
    fault: FaultName | ((call: AwsCall) => AwsAnswer | FaultName | Promise<AwsAnswer | FaultName>);
  };
  const faults: Fault[] = [];

  const proxy = await awsFake(async (call) => {
    const index = faults.findIndex(({ operation }) => operation === call.operation);
    const [broken] = index === -1 ? [] : faults.splice(index, 1);
    const fault = typeof broken?.fault === 'function' ? await broken.fault(call) : (broken?.fault ?? 'pass');
    if (fault !== 'pass' && fault !== 'lost-answer') return fault;
    const answer = await ask(call);
    return fault === 'lost-answer' ? 'reset' : answer;
  });

  const client = dynamodbClient(clientOptions(proxy.endpoint, { requestTimeoutMs: 10_000 }), async () => {});
  const table = 'Tocsin';
  await deployTable(engine, table);
  return {
    client,
    table,
    /** Breaks the next call of an operation; `pass` lets it through, to get at the one after it. */
    breakNext: (operation: string, fault: Fault['fault']) => void faults.push({ operation, fault }),
    calls: proxy.calls,
    /** Asks the engine itself, past every fault. */
    ask,
    close: async () => {
      client.destroy();
      await proxy.close();
      await engine.close();
      db.close();
    },
  };
}

export type DynamodbTable = Awaited<ReturnType<typeof dynamodbTable>>;

/** A clock that stands still until it is set. */
export function clockAt(instant: string) {
  const clock = { at: Date.parse(instant), now: () => clock.at };
  return clock;
}

export const noWait = async () => {};
