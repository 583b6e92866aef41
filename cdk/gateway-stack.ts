import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import {
  Annotations,
  CfnOutput,
  CfnParameter,
  CfnRule,
  Fn,
  PermissionsBoundary,
  Stack,
} from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Deployment } from '../functions/core/config/parse-deployment.ts';
import { TocsinGateway, type TocsinGatewayProps } from './tocsin-gateway.ts';

/** The sender of a stack that names none yet. RFC 2606 reserves its domain, so it belongs to no one. */
const NO_SENDER = 'alerts@example.com';

export type GatewayStackProps = Pick<TocsinGatewayProps, 'partition'>;

function boundaryOf(policy: string): PermissionsBoundary {
  return policy.startsWith('arn:')
    ? PermissionsBoundary.fromArn(policy)
    : PermissionsBoundary.fromName(policy);
}

/** The stack that `tocsin.json` describes: a gateway, its outputs, and a refusal while it has no sender. */
export class GatewayStack extends Stack {
  constructor(scope: Construct, id: string, deployment: Deployment, props: GatewayStackProps = {}) {
    const { stackName, emailFrom, tags, permissionsBoundary, ...options } = deployment;
    const isUndecided = emailFrom === undefined && deployment.emailIdentity !== 'none';
    const sender = isUndecided ? NO_SENDER : emailFrom;
    super(scope, id, {
      stackName,
      description: 'Tocsin, a self-hosted security-alert gateway',
      // The metadata resource would bring a condition into the template.
      analyticsReporting: false,
      terminationProtection: true,
      ...(tags !== undefined && { tags }),
      ...(permissionsBoundary !== undefined && { permissionsBoundary: boundaryOf(permissionsBoundary) }),
    });
    // Logical ids leave out `Default`: those of deployments from before the construct hold.
    const gateway = new TocsinGateway(this, 'Default', {
      ...(sender !== undefined && { emailFrom: sender }),
      ...options,
      ...props,
    });

    new CfnOutput(this, 'IngestUrl', {
      description: 'Sources send to {IngestUrl}/{sourceId}',
      value: gateway.ingestUrl,
    });
    if (gateway.unsubscribeUrl !== undefined) {
      new CfnOutput(this, 'UnsubscribeUrl', {
        description: 'Where the unsubscribe links in mails begin',
        value: gateway.unsubscribeUrl,
      });
    }
    new CfnOutput(this, 'ManifestParameter', {
      description: 'The SSM parameter that the command line reads',
      value: gateway.manifestParameterName,
    });
    new CfnOutput(this, 'DashboardUrl', {
      description: 'Alarms, queues, functions',
      value: gateway.dashboardUrl,
    });
    new CfnOutput(this, 'OperatorTopic', {
      description: 'Where every alarm of the gateway is published; its subscription must be confirmed',
      value: gateway.operatorTopic.topicArn,
    });
    if (gateway.awsEventBusArn !== undefined) {
      new CfnOutput(this, 'AwsEventBus', {
        description: 'Member accounts and other regions forward their events here',
        value: gateway.awsEventBusArn,
      });
    }
    this.#offerPolicies(gateway);
    if (isUndecided) this.#refuseDeployment();
  }

  /** Policies for the roles of people: one for those who operate the gateway, one for those who only read what happened. */
  #offerPolicies(gateway: TocsinGateway): void {
    const operator = new ManagedPolicy(this, 'OperatorPolicy', { description: 'Every command of tocsin' });
    gateway.grantOperate(operator);
    const auditor = new ManagedPolicy(this, 'AuditorPolicy', {
      description: 'The commands of tocsin that read: nothing secret, no change',
    });
    gateway.grantAudit(auditor);
    new CfnOutput(this, 'OperatorPolicyArn', {
      description: 'Attach it to the role of those who operate the gateway',
      value: operator.managedPolicyArn,
    });
    new CfnOutput(this, 'AuditorPolicyArn', {
      description: 'Attach it to the role of those who read what happened',
      value: auditor.managedPolicyArn,
    });
  }

  /** Without a sender the stack can be synthesized and run locally; CloudFormation refuses it before it makes anything. */
  #refuseDeployment(): void {
    const none = 'none';
    const sender = new CfnParameter(this, 'Sender', {
      type: 'String',
      default: none,
      allowedValues: [none],
      description: 'Stands here only while tocsin.json names no sender',
    });
    const says = 'tocsin.json names no sender: write "emailFrom": "alerts@your.domain" into it';
    new CfnRule(this, 'SenderIsNamed', {
      assertions: [
        {
          assert: Fn.conditionNot(Fn.conditionEquals(sender.valueAsString, none)),
          assertDescription: says,
        },
      ],
    });
    Annotations.of(this).addWarningV2('tocsin:email-from', `${says} before you deploy`);
  }
}
