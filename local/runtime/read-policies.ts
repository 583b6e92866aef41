import { isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';
import { StartError } from '../start-error.ts';
import { honouredProperties } from '../template/refuse-unsupported.ts';
import type { ResolvedStack } from '../template/identities.ts';
import type { Stack } from '../template/read-assembly.ts';
import { readConditions } from './judge-conditions.ts';
import type { Condition } from './judge-conditions.ts';

export type PolicyStatement = {
  effect: 'Allow' | 'Deny';
  actions: string[];
  resources: string[];
  conditions: Condition[];
};

const STATEMENT_KEYS = new Set(['Action', 'Condition', 'Effect', 'Resource', 'Sid']);

/** Policies of AWS's own that a role may name, as far as they matter here. */
const MANAGED_POLICIES: Readonly<Record<string, PolicyStatement[]>> = {
  AWSLambdaBasicExecutionRole: [
    {
      effect: 'Allow',
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: ['*'],
      conditions: [],
    },
  ],
};

/**
 * The policy statements of every role, by the role's logical id: inline ones and `AWS::IAM::Policy`.
 *
 * @throws {StartError} for a managed policy or a statement key (such as `NotAction`) that would be judged wrongly
 */
export function readPolicies(stack: Stack, resolved: ResolvedStack): Map<string, PolicyStatement[]> {
  const byRole = new Map<string, PolicyStatement[]>();
  const roleByName = new Map<string, string>();
  for (const resource of stack.resources.values()) {
    if (resource.type !== 'AWS::IAM::Role') continue;
    const where = resource.logicalId;
    const role = resolved.resolve(honouredProperties(resource), where) as JsonObject;
    const inline = listOf(role['Policies']).flatMap((policy) =>
      isJsonObject(policy) ? statementsOf(policy['PolicyDocument'], where) : [],
    );
    const managed = listOf(role['ManagedPolicyArns']).flatMap((arn) => managedPolicy(String(arn), where));
    byRole.set(where, [...inline, ...managed]);
    roleByName.set(resolved.identityOf(where).ref, where);
  }
  for (const resource of stack.resources.values()) {
    if (resource.type !== 'AWS::IAM::Policy') continue;
    const policy = resolved.resolve(honouredProperties(resource), resource.logicalId) as JsonObject;
    const statements = statementsOf(policy['PolicyDocument'], resource.logicalId);
    for (const name of listOf(policy['Roles'])) {
      const role = roleByName.get(String(name));
      if (role === undefined) {
        throw new StartError(
          `policy ${resource.logicalId} is for the role ${String(name)}, which the template does not have`,
        );
      }
      byRole.get(role)?.push(...statements);
    }
  }
  return byRole;
}

/** The statements of each managed policy of the template, by its logical id: what a person may do who has it alone. */
export function readManagedPolicies(stack: Stack, resolved: ResolvedStack): Map<string, PolicyStatement[]> {
  const policies = [...stack.resources.values()].filter(({ type }) => type === 'AWS::IAM::ManagedPolicy');
  return new Map(
    policies.map((resource) => {
      const policy = resolved.resolve(honouredProperties(resource), resource.logicalId) as JsonObject;
      return [resource.logicalId, statementsOf(policy['PolicyDocument'], resource.logicalId)];
    }),
  );
}

function statementsOf(document: unknown, where: string): PolicyStatement[] {
  const statements = isJsonObject(document) ? listOf(document['Statement']) : [];
  return statements.map((statement) => {
    if (!isJsonObject(statement)) throw new StartError(`${where}: a policy statement is not an object`);
    const unknown = Object.keys(statement).find((key) => !STATEMENT_KEYS.has(key));
    if (unknown !== undefined) {
      throw new StartError(`${where}: the local run does not judge ${unknown} in a policy statement`);
    }
    return {
      effect: statement['Effect'] === 'Deny' ? 'Deny' : 'Allow',
      actions: listOf(statement['Action']).map(String),
      resources: listOf(statement['Resource']).map(String),
      conditions: readConditions(statement['Condition'], where),
    };
  });
}

function managedPolicy(arn: string, where: string): PolicyStatement[] {
  const statements = MANAGED_POLICIES[arn.split('/').at(-1) ?? ''];
  if (statements === undefined)
    throw new StartError(`${where}: the local run does not know the managed policy ${arn}`);
  return statements;
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
