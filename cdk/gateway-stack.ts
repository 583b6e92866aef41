import { Annotations, CfnOutput, CfnParameter, CfnRule, Fn, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { planConcurrency } from './concurrency.ts';
import { AlertQueues } from './constructs/alert-queues.ts';
import { EmailFeedback } from './constructs/email-feedback.ts';
import { EmailSending } from './constructs/email-sending.ts';
import { GatewayFunctions } from './constructs/gateway-functions.ts';
import { GatewayManifest } from './constructs/gateway-manifest.ts';
import { GatewayTable } from './constructs/gateway-table.ts';
import { IngestApi } from './constructs/ingest-api.ts';
import { OperatorAlarms } from './constructs/operator-alarms.ts';
import { OperatorDashboard } from './constructs/operator-dashboard.ts';
import { UnsubscribeKey } from './constructs/unsubscribe-key.ts';
import type { AwsPartition } from '../functions/core/model/config/aws-partition.ts';
import type { Deployment } from '../functions/core/config/parse-deployment.ts';

/** Who the mails of a stack come from that has no sender yet: RFC 2606 gives this domain to nobody. */
const NO_SENDER = 'alerts@example.com';

export type GatewayStackProps = {
  /**
   * Where the stack will be, as far as the link to the dashboard depends on it.
   *
   * @default 'aws'
   */
  partition?: AwsPartition;
};

/**
 * The gateway: ingest -> [alerts] -> route -> [email, webhook, webhook-retry] -> deliver.
 *
 * It depends on no account and no region. Construct ids become the names of resources in the template, and
 * changing one replaces the resource: the ids here and in the constructs are a contract.
 */
export class GatewayStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    options: Deployment,
    { partition = 'aws' }: GatewayStackProps = {},
  ) {
    super(scope, id, {
      stackName: options.stackName,
      description: 'Tocsin, a self-hosted security-alert gateway',
      // The metadata resource would bring a condition into the template.
      analyticsReporting: false,
      terminationProtection: true,
    });
    const namePrefix = options.stackName;
    const secretPrefix = options.stackName;
    const { retentionDays, emailFrom = NO_SENDER } = options;

    const { table } = new GatewayTable(this, 'Storage');
    const queues = new AlertQueues(this, 'Queues', { namePrefix });
    const emailSending = new EmailSending(this, 'EmailSending', {
      configurationSetName: namePrefix,
      from: emailFrom,
      identity: options.emailIdentity,
    });
    const emailFeedback = new EmailFeedback(this, 'EmailFeedback', {
      ruleName: `${namePrefix}-email-feedback`,
      emailSending,
      queue: queues.emailFeedback,
    });
    const functions = new GatewayFunctions(this, 'Functions', {
      namePrefix,
      retentionDays,
      table,
      queues,
      emailSending,
      secretPrefix,
      unsubscribeKey: new UnsubscribeKey(this, 'UnsubscribeKey', {
        secretName: `${namePrefix}/unsubscribe-key`,
      }),
      operatorEmail: options.operatorEmail,
      concurrency: planConcurrency(options.concurrency),
    });
    const ingest = new IngestApi(this, 'IngestApi', {
      apiName: `${namePrefix}-ingest`,
      handler: functions.ingest.function,
      unsubscribeHandler: functions.unsubscribe.function,
      domain: options.domain,
    });
    const { api } = ingest;
    if (ingest.unsubscribeUrl !== undefined) functions.linkMailsTo(ingest.unsubscribeUrl);
    const operatorAlarms = new OperatorAlarms(this, 'Alarms', {
      namePrefix,
      operatorEmail: options.operatorEmail,
      queues,
      functions,
      feedbackRule: emailFeedback.rule,
      api,
    });
    const { alarms } = operatorAlarms;
    const dashboard = new OperatorDashboard(this, 'Dashboard', {
      dashboardName: namePrefix,
      alarms,
      queues,
      functions,
      api,
      partition,
    });
    const manifest = new GatewayManifest(this, 'Manifest', {
      manifest: {
        ingestUrl: ingest.url,
        table: table.tableName,
        queues: {
          alerts: queues.alerts.manifestEntry,
          email: queues.email.manifestEntry,
          webhook: queues.webhook.manifestEntry,
          webhookRetry: queues.webhookRetry.manifestEntry,
        },
        emailFeedback: queues.emailFeedback.manifestEntry,
        hasUnsubscribeLinks: ingest.unsubscribeUrl !== undefined,
        operatorTopic: operatorAlarms.topicArn,
        secretPrefix,
        emailFrom,
        configurationSet: emailSending.configurationSet.configurationSetName,
        retentionDays,
      },
    });

    new CfnOutput(this, 'IngestUrl', {
      description: 'Sources send to {IngestUrl}/{sourceId}',
      value: ingest.url,
    });
    if (ingest.unsubscribeUrl !== undefined) {
      new CfnOutput(this, 'UnsubscribeUrl', {
        description: 'Where the unsubscribe links in mails begin',
        value: ingest.unsubscribeUrl,
      });
    }
    new CfnOutput(this, 'ManifestParameter', {
      description: 'The SSM parameter that the command line reads',
      value: manifest.parameterName,
    });
    new CfnOutput(this, 'DashboardUrl', { description: 'Alarms, queues, functions', value: dashboard.url });

    if (ingest.unsubscribeUrl === undefined) {
      Annotations.of(this).addWarningV2(
        'tocsin:no-unsubscribe-links',
        'the API asks for client certificates (mtlsTruststore), so mails carry no unsubscribe link: no mail program could open it',
      );
    }
    if (options.emailFrom === undefined) this.#refuseDeployment();
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
