import type { Emulators } from '../emulators/emulators.ts';
import type { JsonObject } from '../json-object.ts';
import type { Access } from '../runtime/access-check.ts';
import {
  dynamoDbAccess,
  eventBridgeAccess,
  secretsManagerAccess,
  sqsAccess,
  ssmAccess,
} from '../runtime/requested-access.ts';

/** A service that speaks AWS JSON. */
type JsonService = {
  version: '1.0' | '1.1';
  /** The prefix of an error's name in `__type`. */
  errorPrefix: string;
  /** `whenGone` makes the signal that the caller went away, for a call that waits. */
  call(action: string, input: JsonObject, whenGone: () => AbortSignal): JsonObject | Promise<JsonObject>;
  access(action: string, input: JsonObject): Access[];
};

/** The service behind a target prefix, as in `X-Amz-Target: AmazonSQS.SendMessage`. */
export function jsonService(emulators: Emulators, prefix: string): JsonService | undefined {
  const { account, dynamoDb, eventBridge, secretsManager, sqs, ssm } = emulators;
  switch (prefix) {
    case 'AmazonSQS':
      return {
        version: '1.0',
        errorPrefix: 'com.amazonaws.sqs#',
        call: (action, input, whenGone) =>
          sqs.call(action, input, action === 'ReceiveMessage' ? whenGone() : undefined),
        access: (action, input) => sqsAccess(account, action, input),
      };
    case 'DynamoDB_20120810':
      return {
        version: '1.0',
        errorPrefix: 'com.amazonaws.dynamodb.v20120810#',
        call: (action, input) => dynamoDb.call(action, input),
        access: (action, input) => dynamoDbAccess(account, action, input),
      };
    case 'AWSEvents':
      return {
        version: '1.1',
        errorPrefix: '',
        call: (action, input) => eventBridge.call(action, input),
        access: (action, input) => eventBridgeAccess(account, action, input),
      };
    case 'TocsinLocal':
      return {
        version: '1.1',
        errorPrefix: '',
        call: (action, input) => eventBridge.callLocal(action, input),
        // AWS has no such call, and so no permission for it: every key of this run may make it.
        access: () => [],
      };
    case 'secretsmanager':
      return {
        version: '1.1',
        errorPrefix: '',
        call: (action, input) => secretsManager.call(action, input),
        access: (action, input) => secretsManagerAccess(account, action, input, secretsManager.arnOf),
      };
    case 'AmazonSSM':
      return {
        version: '1.1',
        errorPrefix: '',
        call: (action, input) => ssm.call(action, input),
        access: (action, input) => ssmAccess(account, action, input),
      };
    default:
      return undefined;
  }
}
