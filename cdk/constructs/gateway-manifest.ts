import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';

type GatewayManifestProps = { manifest: Omit<Manifest, 'version' | 'stack' | 'region' | 'endpoint'> };

/** Tells the command line where everything is, in the parameter `/{stack}/manifest`. Nothing in it is secret. */
export class GatewayManifest extends Construct {
  readonly parameterName: string;

  constructor(scope: Construct, id: string, props: GatewayManifestProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const manifest: Manifest = {
      version: 1,
      stack: stack.stackName,
      region: stack.region,
      ...props.manifest,
    };
    this.parameterName = `/${stack.stackName}/manifest`;
    new StringParameter(this, 'Parameter', {
      parameterName: this.parameterName,
      description: 'Where this Tocsin gateway is: read by its command line',
      stringValue: stack.toJsonString(manifest),
    });
  }
}
