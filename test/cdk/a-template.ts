import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { GatewayStack, type GatewayStackProps } from '../../cdk/gateway-stack.ts';
import type { Deployment } from '../../functions/core/config/parse-deployment.ts';

export type Properties = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- a template is JSON

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
  context: Record<string, unknown>;
};

/** What an operator says who has receivers inside of a VPC. */
export const PRIVATE_NETWORK = {
  vpcId: 'vpc-0a1b2c3d4e5f67890',
  subnetIds: ['subnet-0a1b2c3d4e5f67890', 'subnet-0a1b2c3d4e5f67891'],
  securityGroupIds: ['sg-0a1b2c3d4e5f67890'],
  egressAllow: ['10.0.0.0/8', 'fd00::/8'],
};

/** The stack of an operator with these options, without bundles. */
export function aStack(options: Partial<Deployment> = {}, props: GatewayStackProps = {}): GatewayStack {
  const app = new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    // Neither stands in a template, and they take a fifth of the work.
    treeMetadata: false,
    stackTraces: false,
  });
  const defaults: Deployment = {
    stackName: 'Tocsin',
    ...(options.emailIdentity !== 'none' && { emailFrom: 'alerts@tocsin.example' }),
    emailIdentity: 'address',
    retentionDays: 90,
    concurrency: 10,
  };
  return new GatewayStack(app, 'Tocsin', { ...defaults, ...options }, props);
}

/** A third of a second of a processor each; files that share a process ask for the same ones. */
const synthesized = new Map<string, string>();

/** The template that an operator with these options would deploy, without bundles. */
export function aTemplate(options: Partial<Deployment> = {}): Template {
  const key = JSON.stringify(options);
  const text = synthesized.get(key) ?? JSON.stringify(Template.fromStack(aStack(options)).toJSON());
  synthesized.set(key, text);
  return Template.fromString(text);
}

/** The properties of every resource of a type, by logical id. */
export function propertiesOf(template: Template, type: string): Record<string, Properties> {
  return Object.fromEntries(
    Object.entries(template.findResources(type)).map(([id, resource]) => [
      id,
      (resource['Properties'] ?? {}) as Properties,
    ]),
  );
}

/**
 * A value of the template as one text: what CloudFormation would join, with references in braces.
 *
 * A queue stands there by its name, so that a test can say which one it means.
 */
export function readable(template: Template, value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[fn, argument] = []] = Object.entries(value as Record<string, unknown>);
  if (fn === 'Ref') return `{${nameOf(template, argument as string)}}`;
  if (fn === 'Fn::GetAtt') {
    const [id, attribute] = argument as [string, string];
    return `{${nameOf(template, id)}.${attribute}}`;
  }
  if (fn === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map((part) => readable(template, part)).join(separator);
  }
  return JSON.stringify(value);
}

function nameOf(template: Template, id: string): string {
  const resources = template.toJSON()['Resources'] as Record<
    string,
    { Type: string; Properties?: Properties }
  >;
  const name: unknown = resources[id]?.Properties?.['QueueName'];
  if (typeof name === 'string') return name;
  return resources[id]?.Type === 'AWS::DynamoDB::GlobalTable' ? 'table' : id;
}
