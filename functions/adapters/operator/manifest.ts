import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Manifest } from '../../core/model/config/manifest.ts';

/** The manifest that the stack wrote to `/{stack}/manifest`. */
export async function ssmManifest({
  client,
  stack,
}: {
  client: SSMClient;
  stack: string;
}): Promise<Manifest> {
  const name = `/${stack}/manifest`;
  let text: string | undefined;
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    text = Parameter?.Value;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ParameterNotFound') {
      const region = await client.config.region();
      throw new Error(
        `no gateway "${stack}" in region ${region}: parameter ${name} does not exist; expected a deployed stack`,
        { cause },
      );
    }
    throw cause;
  }
  return parseManifest(text ?? '', `parameter ${name}`);
}

/** A manifest from its JSON text; `origin` says in errors where the text is from. */
export function parseManifest(text: string, origin: string): Manifest {
  let manifest: Partial<Manifest> | null;
  try {
    manifest = JSON.parse(text) as Partial<Manifest> | null;
  } catch {
    throw new Error(`${origin} is not JSON; expected the manifest of a gateway`);
  }
  if (manifest?.version !== 1) {
    throw new Error(`${origin} has version ${String(manifest?.version)}; expected the manifest version 1`);
  }
  const required = ['stack', 'region', 'ingestUrl', 'table', 'queues', 'secretPrefix'] as const;
  const missing = required.filter((field) => manifest[field] === undefined);
  if (missing.length > 0) throw new Error(`${origin} lacks ${missing.join(', ')}`);
  return withDeadLetters(manifest as Manifest);
}

/** The stack writes the queue of the AWS door without the one behind it; those of before wrote both. */
function withDeadLetters({ awsEventsQueue: queue, ...manifest }: Manifest): Manifest {
  if (queue === undefined) return manifest;
  const behind = (name: string): string => `${name}-dead-letters`;
  return {
    ...manifest,
    awsEventsQueue: { ...queue, deadLetterUrl: behind(queue.url), deadLetterArn: behind(queue.arn) },
  };
}
