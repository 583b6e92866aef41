import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { Account } from './account.ts';
import { openDynamoDb } from './dynamodb/dynamodb-emulator.ts';
import { openEventBridge } from './eventbridge/event-bridge.ts';
import { openSecretsManager } from './secrets-manager/secrets-manager-emulator.ts';
import { openSes } from './ses/ses-emulator.ts';
import { openSqs } from './sqs/sqs-emulator.ts';
import { openSsm } from './ssm-emulator.ts';

export type Emulators = ReturnType<typeof openEmulators>;

/** Everything that stands in for AWS, over one database. */
export function openEmulators(options: {
  db: DatabaseSync;
  clock: Clock;
  account: Account;
  baseUrl: () => string;
}) {
  const { db } = options;
  const sqs = openSqs(options);
  const dynamoDb = openDynamoDb(options);
  return {
    account: options.account,
    sqs,
    dynamoDb,
    eventBridge: openEventBridge(options),
    secretsManager: openSecretsManager(options),
    ses: openSes(options),
    ssm: openSsm(options),
    close: async (): Promise<void> => {
      sqs.stop();
      await dynamoDb.close();
      db.close();
    },
  };
}
