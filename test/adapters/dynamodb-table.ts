import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { type AwsAnswer, type AwsCall, awsFake, clientOptions } from './aws-fake.ts';
import { tableDefinition } from './table-definition.ts';

// dynalite is CommonJS without types.
const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;

/**
 * The real table in an in-memory DynamoDB, behind a proxy in which a test can break single calls.
 *
 * A fault is used up by one matching call: it answers before the engine sees the call, or, with `lost-answer`, breaks
 * the connection after it.
 */
export async function dynamodbTable() {
  const engine = dynalite({ createTableMs: 0 });
  engine.listen(0, '127.0.0.1');
  await once(engine, 'listening');
  const { port } = engine.address() as AddressInfo;

  const ask = async (operation: string, body: string) =>
    fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
    });

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
    const answer = await ask(call.operation, call.body);
    const body = await answer.text();
    return fault === 'lost-answer' ? 'reset' : { status: answer.status, body };
  });

  const client = dynamodbClient(clientOptions(proxy.endpoint, { requestTimeoutMs: 10_000 }), async () => {});
  const table = 'Tocsin';
  await ask('CreateTable', JSON.stringify(tableDefinition(table)));
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
      engine.close();
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
