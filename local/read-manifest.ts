import { readFileSync } from 'node:fs';
import type { Manifest } from '../functions/core/model/config/manifest.ts';
import { isJsonObject, parseJsonObject } from './json-object.ts';
import type { AccessKeys } from './runtime/access-check.ts';
import { resourcesOf, textProperty } from './runtime/deploy-resources.ts';
import { messageOf, StartError } from './start-error.ts';
import type { ResolvedStack } from './template/identities.ts';
import type { Stack } from './template/read-assembly.ts';

/**
 * The operator's key of an earlier run with the same folder: a shell that has it goes on after a restart. Undefined when
 * there is none that can be read.
 */
export function earlierKeys(path: string): AccessKeys | undefined {
  try {
    const { credentials } = parseJsonObject(readFileSync(path, 'utf8'));
    const { accessKeyId, secretAccessKey } = isJsonObject(credentials) ? credentials : {};
    return typeof accessKeyId === 'string' &&
      typeof secretAccessKey === 'string' &&
      secretAccessKey.length >= 40
      ? { accessKeyId, secretAccessKey }
      : undefined;
  } catch {
    // The first run in this folder, or a manifest that somebody damaged: a new key is as good.
    return undefined;
  }
}

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
