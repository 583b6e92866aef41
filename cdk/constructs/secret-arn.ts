import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/**
 * The ARN of secrets by their names, for a grant: `Tocsin/source/*`. The ARN of one secret ends in a hyphen and six random
 * characters, so its name is given with `-??????`.
 */
export function secretArn(scope: IConstruct, names: string): string {
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: names,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
