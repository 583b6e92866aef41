import type { TableDefinition } from '../emulators/dynamodb/dynamodb-emulator.ts';
import type { Emulators } from '../emulators/emulators.ts';
import { generatePassword } from '../emulators/secrets-manager/generate-password.ts';
import { isJsonObject, parseJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { StartError } from '../start-error.ts';
import type { ResolvedStack } from '../template/identities.ts';
import type { Resource, Stack } from '../template/read-assembly.ts';
import { honouredProperties } from '../template/refuse-unsupported.ts';

export type DeployedResource = { resource: Resource; properties: JsonObject };

/** Resources of a type with their properties resolved, in template order. */
export function resourcesOf(stack: Stack, resolved: ResolvedStack, ...types: string[]): DeployedResource[] {
  return [...stack.resources.values()]
    .filter((resource) => types.includes(resource.type))
    .map((resource) => ({
      resource,
      properties: resolved.resolve(honouredProperties(resource), resource.logicalId) as JsonObject,
    }));
}

/** A property that must be text once it is resolved. */
export function textProperty({ resource, properties }: DeployedResource, name: string): string {
  const value = properties[name];
  if (typeof value === 'string') return value;
  const seen = value === undefined ? 'nothing' : JSON.stringify(value);
  throw new StartError(`resource ${resource.logicalId} (${resource.type}): ${name} is not text; got ${seen}`);
}

/**
 * Creates or updates the stateful resources of a template in the emulators. A resource of an earlier run keeps its contents:
 * messages, items, secret values.
 */
export async function deployResources(
  stack: Stack,
  resolved: ResolvedStack,
  emulators: Emulators,
): Promise<void> {
  const { dynamoDb, secretsManager, ses, sqs, ssm } = emulators;
  const queues = resourcesOf(stack, resolved, 'AWS::SQS::Queue');
  // Dead-letter queues first: a redrive policy may only name a queue that exists.
  const isSource = ({ properties }: DeployedResource): boolean => properties['RedrivePolicy'] !== undefined;
  for (const queue of [...queues.filter((q) => !isSource(q)), ...queues.filter(isSource)]) {
    const name = resolved.identityOf(queue.resource.logicalId).attributes['QueueName'] ?? '';
    sqs.deploy(name, queueAttributes(queue.properties));
  }
  for (const table of resourcesOf(stack, resolved, 'AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table')) {
    await dynamoDb.deploy(tableDefinition(table, resolved));
  }
  for (const { resource, properties } of resourcesOf(stack, resolved, 'AWS::SecretsManager::Secret')) {
    const name =
      typeof properties['Name'] === 'string' ? properties['Name'] : `${stack.name}-${resource.logicalId}`;
    if (secretsManager.exists(name)) continue;
    const SecretString = initialSecret(properties);
    secretsManager.call('CreateSecret', { Name: name, ...(SecretString !== undefined && { SecretString }) });
  }
  for (const identity of resourcesOf(stack, resolved, 'AWS::SES::EmailIdentity')) {
    ses.mailbox.addIdentity(textProperty(identity, 'EmailIdentity'));
  }
  for (const { resource } of resourcesOf(stack, resolved, 'AWS::SES::ConfigurationSet')) {
    ses.mailbox.addConfigurationSet(resolved.identityOf(resource.logicalId).ref);
  }
  for (const parameter of resourcesOf(stack, resolved, 'AWS::SSM::Parameter')) {
    const name = resolved.identityOf(parameter.resource.logicalId).ref;
    ssm.deploy(name, textProperty(parameter, 'Type'), textProperty(parameter, 'Value'));
  }
}

function queueAttributes(properties: JsonObject): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'QueueName') continue;
    attributes[name] = isJsonObject(value) ? JSON.stringify(value) : String(value);
  }
  return attributes;
}

function tableDefinition(
  { resource, properties }: DeployedResource,
  resolved: ResolvedStack,
): TableDefinition {
  const timeToLive = properties['TimeToLiveSpecification'];
  const isOn = isJsonObject(timeToLive) && timeToLive['Enabled'] === true;
  const indexes = properties['GlobalSecondaryIndexes'];
  return {
    name: resolved.identityOf(resource.logicalId).ref,
    attributeDefinitions: properties['AttributeDefinitions'],
    keySchema: properties['KeySchema'],
    globalSecondaryIndexes: Array.isArray(indexes)
      ? (indexes as TableDefinition['globalSecondaryIndexes'])
      : [],
    timeToLiveAttribute: isOn ? String(timeToLive['AttributeName']) : undefined,
  };
}

/** `SecretString`, or a password as `GenerateSecretString` describes it, alone or as one member of a JSON template. */
function initialSecret(properties: JsonObject): string | undefined {
  if (typeof properties['SecretString'] === 'string') return properties['SecretString'];
  const generate = properties['GenerateSecretString'];
  if (!isJsonObject(generate)) return undefined;
  const password = generatePassword(generate);
  const { SecretStringTemplate: template, GenerateStringKey: key } = generate;
  if (typeof template !== 'string' || typeof key !== 'string') return password;
  return JSON.stringify({ ...parseJsonObject(template), [key]: password });
}
