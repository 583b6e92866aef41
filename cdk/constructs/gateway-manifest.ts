import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Lazy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';

type GatewayManifestProps = {
  /** The name of the gateway for `tocsin --stack`. */
  name: string;
  /** Called when the template is written: parts of the gateway may come after this one. */
  manifest: () => Omit<Manifest, 'version' | 'stack' | 'region' | 'endpoint'>;
};

/** Tells the command line where everything is, in the parameter `/{name}/manifest`. Nothing in it is secret. */
export class GatewayManifest extends Construct {
  readonly parameterName: string;
  readonly parameter: StringParameter;

  constructor(scope: Construct, id: string, props: GatewayManifestProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const manifest = (): Manifest => ({
      version: 1,
      stack: props.name,
      region: stack.region,
      ...props.manifest(),
    });
    this.parameterName = `/${props.name}/manifest`;
    this.parameter = new StringParameter(this, 'Parameter', {
      parameterName: this.parameterName,
      description: 'Where this Tocsin gateway is: read by its command line',
      stringValue: Lazy.string({ produce: () => stack.toJsonString(inFewCharacters(manifest())) }),
    });
  }
}

/**
 * A standard parameter holds 4,096 characters, and a stack may have a long name. The newest queue is written without its
 * dead-letter queue, whose name follows from its own; the reader of the manifest adds it (`adapters/operator/manifest.ts`).
 */
function inFewCharacters({ awsEventsQueue: queue, ...manifest }: Manifest): object {
  return queue === undefined ? manifest : { ...manifest, awsEventsQueue: { url: queue.url, arn: queue.arn } };
}
