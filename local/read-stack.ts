import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalRunOptions } from './local-run-options.ts';
import { synthesize } from './synthesize.ts';
import { readAssembly, type Stack } from './template/read-assembly.ts';
import { refuseUnsupported } from './template/refuse-unsupported.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/**
 * The template in the folder that `options` names, or else the project's own, synthesized into the data folder.
 *
 * @throws {StartError} when it cannot be synthesized, and for what the local run does not support
 */
export async function readStack(options: LocalRunOptions, dataDir: string): Promise<Stack> {
  const {
    assemblyDir = join(dataDir, 'cdk.out'),
    privateRanges = [],
    onProgress = () => undefined,
  } = options;
  if (options.assemblyDir === undefined) {
    await synthesize({
      projectFolder: PROJECT_FOLDER.replace(/\/$/, ''),
      outputFolder: assemblyDir,
      privateRanges,
      onProgress,
    });
  }
  const stack = readAssembly(assemblyDir);
  refuseUnsupported(stack.resources.values());
  return stack;
}

/** `starting 8 queues, 1 table, 4 functions…` */
export function startingLine({ resources }: Stack): string {
  const types = [...resources.values()].map((resource) => resource.type);
  const kinds: [string, RegExp][] = [
    ['queue', /^AWS::SQS::Queue$/],
    ['table', /^AWS::DynamoDB::(Global)?Table$/],
    ['function', /^AWS::Lambda::Function$/],
  ];
  const counts = kinds.map(([noun, type]) => {
    const count = types.filter((candidate) => type.test(candidate)).length;
    return `${count} ${noun}${count === 1 ? '' : 's'}`;
  });
  return `starting ${counts.join(', ')}…`;
}
