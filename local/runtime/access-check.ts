import { randomBytes } from 'node:crypto';
import { AwsError } from '../emulators/aws-error.ts';
import type { PolicyStatement } from './read-policies.ts';

/** One action on one resource, as IAM names them: `sqs:SendMessage` on `arn:aws:sqs:…:Tocsin-alerts`. */
export type Access = { action: string; resource: string };

/** An access that a function made, and that its role allowed. */
export type UsedGrant = { functionName: string } & Access;

export type AccessKeys = { accessKeyId: string; secretAccessKey: string };

export type AccessCheck = ReturnType<typeof createAccessCheck>;

/**
 * Judges every AWS call of a function by the policies of its synthesized role.
 *
 * Each function gets keys of its own, so the key id in a request tells the caller. Any other key is the operator's,
 * who may do everything.
 */
export function createAccessCheck() {
  const statements = new Map<string, PolicyStatement[]>();
  const functionByKey = new Map<string, string>();
  const used = new Map<string, UsedGrant>();

  function isAllowed(functionName: string, access: Access): boolean {
    const matching = (statements.get(functionName) ?? []).filter(
      (statement) =>
        statement.actions.some((pattern) => matches(pattern.toLowerCase(), access.action.toLowerCase())) &&
        statement.resources.some((pattern) => matches(pattern, access.resource)),
    );
    return matching.length > 0 && matching.every((statement) => statement.effect === 'Allow');
  }

  function record(functionName: string, access: Access): void {
    used.set(`${functionName} ${access.action} ${access.resource}`, { functionName, ...access });
  }

  return {
    /** Registers a function with its role's statements; the keys are for its environment alone. */
    addFunction(functionName: string, roleStatements: PolicyStatement[]): AccessKeys {
      statements.set(functionName, roleStatements);
      const accessKeyId = `AKIALOCAL${randomBytes(6).toString('hex').toUpperCase()}`;
      functionByKey.set(accessKeyId, functionName);
      return { accessKeyId, secretAccessKey: randomBytes(20).toString('base64') };
    },
    /** The function that signs with a key id; undefined is the operator. */
    functionOf: (accessKeyId: string): string | undefined => functionByKey.get(accessKeyId),
    isAllowed,
    /**
     * Lets the accesses of a call pass, and remembers them.
     *
     * @throws {AwsError} AccessDeniedException naming function, action and resource of the first that is not granted
     */
    require(functionName: string, accesses: readonly Access[]): void {
      for (const access of accesses) {
        if (!isAllowed(functionName, access)) {
          throw new AwsError(
            'AccessDeniedException',
            `function ${functionName} is not authorized to perform: ${access.action} on resource: ${access.resource} because no identity-based policy allows the ${access.action} action`,
          );
        }
        record(functionName, access);
      }
    },
    usedGrants: (): UsedGrant[] => [...used.values()],
  };
}

/** Whether text fits an IAM pattern: `*` is any run of characters, `?` any one. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
