import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../../cli/connect.ts';
import { systemClock } from '../../local/clock.ts';
import { LOCAL_ACCOUNT } from '../../local/emulators/account.ts';
import { openDatabase } from '../../local/emulators/database.ts';
import { openEmulators } from '../../local/emulators/emulators.ts';
import { createAwsEndpoint } from '../../local/gateway/aws-endpoint.ts';
import { listenOnLoopback } from '../../local/gateway/loopback-server.ts';
import { createAccessCheck } from '../../local/runtime/access-check.ts';
import { askEmulators } from '../adapters/ask-emulators.ts';
import { keepTables } from '../adapters/kept-tables.ts';
import { deployTable } from '../adapters/table-definition.ts';
import { LOCAL_KEYS, LOCAL_MANIFEST } from './memory-gateway.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';

/**
 * The emulators of the local run with the stack's table and queues and none of its functions, so that a test can look
 * at what lies in a queue. With a clock of its own, time passes when a test says so. The tool reads its manifest from `data` and reaches it over HTTP, as always.
 */
export async function emulatedGateway(
  clock = { now: () => Date.now() },
  { database = ':memory:', latency }: { database?: string; latency?: { callMs: number } } = {},
) {
  const server = await listenOnLoopback(0);
  const db = openDatabase(database);
  const emulators = openEmulators({
    db,
    clock,
    account: LOCAL_ACCOUNT,
    baseUrl: () => server.url,
  });
  const endpoint = createAwsEndpoint(emulators, createAccessCheck(LOCAL_KEYS), systemClock);
  const asked: string[] = [];
  server.serve(async (request, response) => {
    asked.push(String(request.headers['x-amz-target'] ?? ''));
    if (latency !== undefined) await pause(latency.callMs);
    return endpoint(request, response);
  });

  const manifest = JSON.parse(
    JSON.stringify(LOCAL_MANIFEST).replaceAll('http://127.0.0.1:4000', server.url),
  ) as Manifest;
  for (const { deadLetterArn } of Object.values(manifest.queues))
    emulators.sqs.deploy(nameOf(deadLetterArn), {});
  for (const { arn, deadLetterArn } of Object.values(manifest.queues)) {
    emulators.sqs.deploy(nameOf(arn), {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterArn, maxReceiveCount: 5 }),
    });
  }
  await deployTable(emulators.dynamoDb, manifest.table);
  const { endpoint: _endpoint, credentials: _credentials, ...deployed } = manifest;
  emulators.ssm.deploy(`/${manifest.stack}/manifest`, 'String', JSON.stringify(deployed));
  const data = await mkdtemp(join(tmpdir(), 'tocsin-cli-'));
  await writeFile(join(data, 'manifest.json'), JSON.stringify(manifest));
  const gateway = await connect({ kind: 'local', data }, clock, async () => {});
  return {
    data,
    manifest,
    gateway,
    emulators,
    url: server.url,
    /** Remembers everything as it is; what it gives brings all of it back. */
    keep: () => keepTables(db),
    /** Every call until now by its `X-Amz-Target`, for example `DynamoDB_20120810.Query`. */
    asked,
    /** The same endpoint, for a proxy in front of it. */
    ask: async (request: Pick<IncomingMessage, 'url' | 'headers'>, body: Buffer) =>
      askEmulators(endpoint, request, body),
    async close() {
      gateway.close();
      await server.close();
      await emulators.close();
      await rm(data, { recursive: true });
    },
  };
}

function nameOf(arn: string): string {
  return arn.split(':').at(-1) ?? '';
}
