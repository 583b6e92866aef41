import { arnOf } from '../emulators/account.ts';
import type { Account } from '../emulators/account.ts';
import { busNameOf } from '../emulators/eventbridge/event-bridge.ts';
import { tablesOfStatements } from '../emulators/dynamodb/partiql.ts';
import { secretArn } from '../emulators/secrets-manager/secret-store.ts';
import type { SesEmulator } from '../emulators/ses/ses-emulator.ts';
import { isSimulator } from '../emulators/ses/mail-events.ts';
import { addressOf } from '../emulators/ses/mime-headers.ts';
import { queueNameOf } from '../emulators/sqs/queue-registry.ts';
import { parameterArn } from '../emulators/ssm-emulator.ts';
import { isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import type { Access } from './access-check.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What IAM asks of an SQS call. A batch action needs the permission of the single one. */
export function sqsAccess(account: Account, action: string, input: JsonObject): Access[] {
  const single = action.replace(/Batch$/, '');
  const queue = text(input['QueueUrl'] ?? input['SourceArn']);
  return [{ action: `sqs:${single}`, resource: arnOf(account, 'sqs', queueNameOf(queue)) }];
}

/** What IAM asks of a DynamoDB call: the table, or the index that is read. */
export function dynamoDbAccess(account: Account, action: string, input: JsonObject): Access[] {
  const on = (table: string): Access => ({
    action: `dynamodb:${action}`,
    resource: arnOf(account, 'dynamodb', `table/${table.split('/').at(-1) ?? ''}`),
  });
  if (action === 'BatchExecuteStatement') {
    return [...new Set(tablesOfStatements(input))].map((table) => ({
      ...on(table),
      action: 'dynamodb:PartiQLInsert',
    }));
  }
  if (isJsonObject(input['RequestItems'])) return Object.keys(input['RequestItems']).map(on);
  if (typeof input['TableName'] !== 'string') return [{ action: `dynamodb:${action}`, resource: '*' }];
  const access = on(input['TableName']);
  const index = input['IndexName'];
  return [typeof index === 'string' ? { ...access, resource: `${access.resource}/index/${index}` } : access];
}

/** What IAM asks of a Secrets Manager call. */
export function secretsManagerAccess(
  account: Account,
  action: string,
  input: JsonObject,
  arnOfSecret: (nameOrArn: string) => string | undefined,
): Access[] {
  const arn = (id: string): string =>
    arnOfSecret(id) ?? (id.startsWith('arn:') ? id : secretArn(account, id));
  const id = text(input['SecretId'] ?? input['Name']);
  return [{ action: `secretsmanager:${action}`, resource: id === '' ? '*' : arn(id) }];
}

/** What IAM asks of an EventBridge call: the bus of every entry. */
export function eventBridgeAccess(account: Account, action: string, input: JsonObject): Access[] {
  const entries = Array.isArray(input['Entries']) ? input['Entries'].filter(isJsonObject) : [];
  const buses = new Set(entries.map((entry) => busNameOf(entry['EventBusName'])));
  return [...buses].map((bus) => ({
    action: `events:${action}`,
    resource: arnOf(account, 'events', `event-bus/${bus}`),
  }));
}

/** What IAM asks of an SSM call. */
export function ssmAccess(account: Account, action: string, input: JsonObject): Access[] {
  return [{ action: `ssm:${action}`, resource: parameterArn(account, text(input['Name'])) }];
}

/**
 * What IAM asks of an SES call: the sender's identity, the configuration set when one is named, and in the sandbox the
 * identity of every recipient.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html; that the sandbox asks about
 * recipients stands in no reference, but every account there meets it.
 */
export function sesAccess(
  account: Account,
  action: string,
  parameters: URLSearchParams,
  ses: SesEmulator,
): Access[] {
  if (action !== 'SendRawEmail') return [{ action: `ses:${action}`, resource: '*' }];
  const { source = '', recipients } = ses.envelopeOf(parameters);
  const identityOf = (address: string): string => ses.mailbox.identityFor(address) ?? addressOf(address);
  const asked = [source, ...(ses.isSandboxed() ? recipients.filter((to) => !isSimulator(to)) : [])];
  const resources = new Set(asked.map((address) => `identity/${identityOf(address)}`));
  const set = parameters.get('ConfigurationSetName');
  if (set !== null) resources.add(`configuration-set/${set}`);
  const context = { 'ses:FromAddress': [addressOf(source)], 'ses:Recipients': recipients.map(addressOf) };
  return [...resources].map((resource) => ({
    action: `ses:${action}`,
    resource: arnOf(account, 'ses', resource),
    context,
  }));
}
