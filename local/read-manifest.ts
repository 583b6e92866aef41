import type { Manifest } from '../functions/core/model/manifest.ts';
import { parseJsonObject } from './json-object.ts';
import { resourcesOf, textProperty } from './runtime/deploy-resources.ts';
import { messageOf, StartError } from './start-error.ts';
import type { ResolvedStack } from './template/identities.ts';
import type { Stack } from './template/read-assembly.ts';

/**
 * The manifest that the template writes to its SSM parameter, with the endpoint of the emulators.
 *
 * @throws {StartError} when there is no such parameter, or it does not hold a manifest
 */
export function readManifest(stack: Stack, resolved: ResolvedStack, endpoint: string): Manifest {
  const name = `/${stack.name}/manifest`;
  const parameter = resourcesOf(stack, resolved, 'AWS::SSM::Parameter').find(
    ({ properties }) => properties['Name'] === name,
  );
  if (parameter === undefined) throw new StartError(`the template has no SSM parameter ${name}`);
  try {
    const manifest = parseJsonObject(textProperty(parameter, 'Value')) as Manifest;
    if (manifest.version !== 1) throw new SyntaxError(`version is ${String(manifest.version)}; expected 1`);
    return { ...manifest, endpoint };
  } catch (error) {
    throw new StartError(`the SSM parameter ${name} does not hold a manifest: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
