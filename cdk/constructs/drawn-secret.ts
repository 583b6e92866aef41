import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * A secret `{"current": "…"}` that Secrets Manager draws when the stack is created.
 *
 * It goes with the stack: only the gateway uses it, and a kept secret would block its name.
 */
export function drawnSecret(
  scope: Construct,
  id: string,
  named: { secretName: string; description: string },
): Secret {
  return new Secret(scope, id, {
    ...named,
    // 48 of 62 characters: 285 bits.
    generateSecretString: {
      secretStringTemplate: '{}',
      generateStringKey: 'current',
      passwordLength: 48,
      excludePunctuation: true,
    },
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
