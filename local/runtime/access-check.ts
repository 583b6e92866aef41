import { randomBytes } from 'node:crypto';
import { LOCAL_ACCOUNT } from '../emulators/account.ts';
import { AwsError } from '../emulators/aws-error.ts';
import { matches } from './iam-pattern.ts';
import { meets } from './judge-conditions.ts';
import type { RequestContext } from './judge-conditions.ts';
import type { PolicyStatement } from './read-policies.ts';

/** One action on one resource, as IAM names them: `sqs:SendMessage` on `arn:aws:sqs:…:Tocsin-alerts`. */
export type Access = {
  action: string;
  resource: string;
  /** The values that the conditions of a policy may ask about. */
  context?: RequestContext;
};

/** An access that a function made, and that its role allowed. */
export type UsedGrant = { functionName: string; action: string; resource: string };

export type AccessKeys = { accessKeyId: string; secretAccessKey: string };

/** The owner of a key: a function, or without one the operator, who may do everything. */
export type Identity = AccessKeys & { functionName?: string };

/** A random key: the id names it in a log, the secret signs. */
export function newAccessKeys(): AccessKeys {
  return {
    accessKeyId: `AKIALOCAL${randomBytes(6).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
}

export type AccessCheck = ReturnType<typeof createAccessCheck>;

/**
 * Judges every AWS call of a function by the policies of its synthesized role.
 *
 * Each function gets keys of its own, so the key that signed a request tells the caller.
 */
export function createAccessCheck(operator: AccessKeys) {
  const statements = new Map<string, PolicyStatement[]>();
  const identities = new Map<string, Identity>([[operator.accessKeyId, operator]]);
  const used = new Map<string, UsedGrant>();
  /** What code may do whatever else a request says, as `record` names it. The same few calls come all day. */
  const passed = new Set<string>();

  function isAllowed(functionName: string, access: Access): boolean {
    const matching = (statements.get(functionName) ?? []).filter(
      (statement) =>
        statement.actions.some((pattern) => matches(pattern.toLowerCase(), access.action.toLowerCase())) &&
        statement.resources.some((pattern) => matches(pattern, access.resource)) &&
        meets(statement.conditions, access.context),
    );
    return matching.length > 0 && matching.every((statement) => statement.effect === 'Allow');
  }

  function requireAll(functionName: string, accesses: readonly Access[]): void {
    for (const access of accesses) {
      if (!isAllowed(functionName, access)) {
        throw new AwsError('AccessDeniedException', deniedWords(functionArn(functionName), access));
      }
      record(functionName, access);
    }
  }

  function record(functionName: string, access: Access): void {
    const { action, resource } = access;
    used.set(nameOf(functionName, access), { functionName, action, resource });
  }

  return {
    /**
     * Registers a function with its role's statements; the keys are for its environment alone. A person who has one policy
     * of the template is judged in the same way, under the name of that policy.
     */
    addFunction(functionName: string, roleStatements: PolicyStatement[]): AccessKeys {
      statements.set(functionName, roleStatements);
      passed.clear();
      const keys = newAccessKeys();
      identities.set(keys.accessKeyId, { ...keys, functionName });
      return keys;
    },
    /** The owner of a key; undefined for a key that was not given out here. */
    identityOf: (accessKeyId: string): Identity | undefined => identities.get(accessKeyId),
    isAllowed,
    /**
     * Lets the accesses of a call pass, and remembers them.
     *
     * @throws {AwsError} AccessDeniedException naming caller, action and resource of the first that is not granted
     */
    require: requireAll,
    /** The same for a call that the code of the function makes. Lambda's own calls with its role name no function. */
    requireOfCode(functionName: string, accesses: readonly Access[]): void {
      const { region, accountId } = LOCAL_ACCOUNT;
      const context = {
        'lambda:SourceFunctionArn': [`arn:aws:lambda:${region}:${accountId}:function:${functionName}`],
      };
      for (const access of accesses) {
        const name = nameOf(functionName, access);
        if (access.context === undefined && passed.has(name)) continue;
        requireAll(functionName, [{ ...access, context: { ...access.context, ...context } }]);
        if (access.context === undefined) passed.add(name);
      }
    },
    usedGrants: (): UsedGrant[] => [...used.values()],
    /** Every action on every resource that a function's role allows and that no call has needed yet. */
    unusedGrants: (): UsedGrant[] =>
      [...statements].flatMap(([functionName, roleStatements]) =>
        roleStatements
          .filter(({ effect }) => effect === 'Allow')
          .flatMap(({ actions, resources }) =>
            actions.flatMap((action) => resources.map((resource) => ({ functionName, action, resource }))),
          )
          .filter(
            (grant) =>
              ![...used.values()].some(
                (one) =>
                  one.functionName === functionName &&
                  matches(grant.action.toLowerCase(), one.action.toLowerCase()) &&
                  matches(grant.resource, one.resource),
              ),
          ),
      ),
  };
}

function nameOf(functionName: string, { action, resource }: Access): string {
  return `${functionName} ${action} ${resource}`;
}

/** The identity of a function's calls; the session of its role is called as the function is. */
export function functionArn(functionName: string): string {
  return `arn:aws:sts::${LOCAL_ACCOUNT.accountId}:assumed-role/${functionName}/${functionName}`;
}

/**
 * A refusal in the words of AWS. SES has words of its own:
 * https://repost.aws/knowledge-center/amazon-ses-iam-user-email-access-denied (read 2026-11-26)
 */
function deniedWords(caller: string, { action, resource }: Access): string {
  return action.startsWith('ses:Send')
    ? `User \`${caller}' is not authorized to perform \`${action}' on resource \`${resource}'`
    : `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
}
