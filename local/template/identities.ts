import { arnOf } from '../emulators/account.ts';
import type { Account } from '../emulators/account.ts';
import { secretArn } from '../emulators/secrets-manager/secret-store.ts';
import { StartError } from '../start-error.ts';
import type { Resource, Stack } from './read-assembly.ts';
import { createResolver } from './resolve.ts';
import type { Identity, Resolve } from './resolve.ts';

type Naming = {
  account: Account;
  baseUrl: string;
  logicalId: string;
  /** The resource's name: from the given property, else `{stack}-{logical id}`. */
  named: (property?: string) => string;
};

const OF_TYPE: Readonly<Record<string, (naming: Naming) => Identity>> = {
  'AWS::ApiGatewayV2::Api': ({ baseUrl, logicalId }) => ({
    ref: apiIdOf(logicalId),
    attributes: { ApiEndpoint: baseUrl, ApiId: apiIdOf(logicalId) },
  }),
  'AWS::ApiGatewayV2::Integration': ({ logicalId }) => ({ ref: logicalId, attributes: {} }),
  'AWS::ApiGatewayV2::Route': ({ logicalId }) => ({ ref: logicalId, attributes: {} }),
  'AWS::ApiGatewayV2::Stage': ({ named }) => ({ ref: named('StageName'), attributes: {} }),
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::EventBus': ({ account, named }) => {
    const name = named('Name');
    return { ref: name, attributes: { Arn: arnOf(account, 'events', `event-bus/${name}`), Name: name } };
  },
  'AWS::IAM::Role': ({ account, named }) => {
    const name = named('RoleName');
    return { ref: name, attributes: { Arn: `arn:aws:iam::${account.accountId}:role/${name}`, RoleId: name } };
  },
  'AWS::Lambda::Function': ({ account, named }) => {
    const name = named('FunctionName');
    return { ref: name, attributes: { Arn: arnOf(account, 'lambda', `function:${name}`) } };
  },
  'AWS::Logs::LogGroup': ({ account, named }) => {
    const name = named('LogGroupName');
    return { ref: name, attributes: { Arn: arnOf(account, 'logs', `log-group:${name}:*`) } };
  },
  'AWS::SES::ConfigurationSet': ({ named }) => ({ ref: named('Name'), attributes: {} }),
  'AWS::SES::EmailIdentity': ({ named }) => ({ ref: named('EmailIdentity'), attributes: {} }),
  'AWS::SNS::Topic': ({ account, named }) => {
    const name = named('TopicName');
    const arn = arnOf(account, 'sns', name);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
  'AWS::SQS::Queue': ({ account, baseUrl, named }) => {
    const QueueName = named('QueueName');
    const QueueUrl = `${baseUrl}/${account.accountId}/${QueueName}`;
    return { ref: QueueUrl, attributes: { Arn: arnOf(account, 'sqs', QueueName), QueueName, QueueUrl } };
  },
  'AWS::SSM::Parameter': ({ named }) => ({ ref: named('Name'), attributes: { Type: 'String' } }),
  'AWS::SecretsManager::Secret': ({ account, named }) => {
    const arn = secretArn(account, named('Name'));
    return { ref: arn, attributes: { Id: arn } };
  },
};

function table({ account, named }: Naming): Identity {
  const name = named('TableName');
  return { ref: name, attributes: { Arn: arnOf(account, 'dynamodb', `table/${name}`), TableId: name } };
}

function apiIdOf(logicalId: string): string {
  return logicalId
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(-10);
}

export type ResolvedStack = {
  resolve: Resolve;
  identityOf(logicalId: string): Identity;
};

/**
 * Names, ARNs and URLs of a stack's resources, and the resolver that puts them into the template.
 *
 * Everything is computed from names, on demand: no resource has to exist before another can refer to it.
 */
export function resolveStack(stack: Stack, account: Account, baseUrl: string): ResolvedStack {
  const identities = new Map<string, Identity>();
  const pending = new Set<string>();

  function identityOf(logicalId: string): Identity {
    const known = identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = stack.resources.get(logicalId);
    if (resource === undefined)
      throw new StartError(`the template refers to ${logicalId}, which it does not have`);
    if (pending.has(logicalId)) throw new StartError(`the template refers in a circle at ${logicalId}`);
    pending.add(logicalId);
    const identity = identify(resource);
    pending.delete(logicalId);
    identities.set(logicalId, identity);
    return identity;
  }

  function identify(resource: Resource): Identity {
    const { logicalId, type } = resource;
    const named = (property?: string): string => {
      const given = property === undefined ? undefined : resource.properties[property];
      const value = given === undefined ? undefined : resolve(given, `${logicalId}.${property}`);
      return typeof value === 'string' ? value : `${stack.name}-${logicalId}`;
    };
    const identity = OF_TYPE[type]?.({ account, baseUrl, logicalId, named });
    return identity ?? { ref: `${stack.name}-${logicalId}`, attributes: {} };
  }

  const resolve = createResolver({
    stackName: stack.name,
    account,
    parameters: stack.parameters,
    identityOf,
  });
  return { resolve, identityOf };
}
