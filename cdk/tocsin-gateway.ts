import { Stack } from 'aws-cdk-lib/core';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { NEW_ACCOUNT_QUOTA } from '../functions/core/config/settings/deployment-settings.ts';
import { askedByQueues, FOR_AWS_EVENTS, planConcurrency } from './concurrency.ts';
import type { EmailIdentityKind } from '../functions/core/config/parse-deployment.ts';
import type { AwsEvents } from '../functions/core/model/config/aws-events.ts';
import { AlertQueues } from './constructs/alert-queues.ts';
import { AwsDoor } from './constructs/aws-door.ts';
import { EmailFeedback } from './constructs/email-feedback.ts';
import { EmailSending } from './constructs/email-sending.ts';
import { GatewayFunctions } from './constructs/gateway-functions.ts';
import { GatewayManifest } from './constructs/gateway-manifest.ts';
import { GatewayTable } from './constructs/gateway-table.ts';
import { IngestApi } from './constructs/ingest-api.ts';
import { OperatorAccess } from './constructs/operator-access.ts';
import { OperatorAlarms } from './constructs/operator-alarms.ts';
import { OperatorDashboard } from './constructs/operator-dashboard.ts';
import { UnsubscribeKey } from './constructs/unsubscribe-key.ts';
import { checkProps, type TocsinGatewayProps } from './gateway-props.ts';
import { warnOfAwsEvents, warnOfGaps } from './warn-of-gaps.ts';

export type { TocsinGatewayProps } from './gateway-props.ts';

/**
 * The gateway: ingest -> [alerts] -> route -> [email, webhook, webhook-retry] -> deliver.
 *
 * It depends on no account and no region. Construct ids become the names of resources in the template, and
 * changing one replaces the resource: the ids here and in the constructs are a contract.
 */
export class TocsinGateway extends Construct {
  /** Sources send to `{ingestUrl}/{sourceId}`. */
  readonly ingestUrl: string;
  /** Where the unsubscribe links in mails begin; undefined where the API asks for client certificates. */
  readonly unsubscribeUrl: string | undefined;
  /** Every alarm of the gateway is published here. */
  readonly operatorTopic: ITopic;
  /** The SSM parameter that the command line reads. */
  readonly manifestParameterName: string;
  /** The dashboard in the AWS console. */
  readonly dashboardUrl: string;
  readonly #access: OperatorAccess;
  /** What a part needs to know that is added later. */
  readonly #parts: {
    namePrefix: string;
    organizationId: string | undefined;
    queues: AlertQueues;
    functions: GatewayFunctions;
    alarms: OperatorAlarms;
    dashboard: OperatorDashboard;
    /** What the queues may ask for with events of AWS, and what there is. */
    executions: { asked: number; concurrency: number };
  };
  #awsEvents: readonly AwsEvents[] = [];
  #door: AwsDoor | undefined;

  constructor(scope: Construct, id: string, props: TocsinGatewayProps) {
    super(scope, id);
    const {
      name: namePrefix = Stack.of(this).stackName,
      retentionDays = 90,
      emailFrom,
      emailIdentity = 'address',
      operatorEmail,
      partition = 'aws',
    } = props;
    checkProps(namePrefix, props);
    const secretPrefix = namePrefix;

    const { table } = new GatewayTable(this, 'Storage', { existing: props.existingTable });
    const { privateNetwork } = props;
    const hasPrivateLane = privateNetwork !== undefined;
    const hasSes = emailIdentity !== 'none';
    const queues = new AlertQueues(this, 'Queues', { namePrefix, hasPrivateLane, hasSes });
    const { emailSending, emailFeedback } = this.#addMail({ namePrefix, emailFrom, emailIdentity, queues });
    const concurrency = props.concurrency ?? NEW_ACCOUNT_QUOTA;
    const plan = planConcurrency(concurrency, { hasPrivateLane, hasSes });
    const mustShowCertificate = props.domain?.truststore !== undefined;
    const minutes = mustShowCertificate ? 0 : (props.canaryMinutes ?? 5);
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
      operatorEmail,
      privateNetwork,
      canary: minutes > 0 ? { minutes, heartbeat: props.heartbeat } : undefined,
      concurrency: plan,
    });
    const ingest = new IngestApi(this, 'IngestApi', {
      apiName: `${namePrefix}-ingest`,
      handler: functions.ingest.function,
      unsubscribeHandler: functions.unsubscribe.function,
      canaryHandler: functions.canary?.receive.function,
      domain: props.domain,
    });
    const { api } = ingest;
    if (ingest.unsubscribeUrl !== undefined) functions.linkMailsTo(ingest.unsubscribeUrl);
    functions.canary?.pointAt({ ingestUrl: ingest.url, canaryUrl: ingest.canaryUrl });
    const operatorAlarms = new OperatorAlarms(this, 'Alarms', {
      namePrefix,
      operatorEmail,
      queues,
      functions,
      feedbackRule: emailFeedback?.rule,
      api,
      canaryMinutes: minutes,
    });
    const { alarms } = operatorAlarms;
    const dashboard = new OperatorDashboard(this, 'Dashboard', {
      dashboardName: namePrefix,
      alarms,
      queues,
      functions,
      api,
      canaryMinutes: minutes,
      partition,
    });
    const manifest = new GatewayManifest(this, 'Manifest', {
      name: namePrefix,
      manifest: () => ({
        ingestUrl: ingest.url,
        table: table.tableName,
        queues: {
          alerts: queues.alerts.manifestEntry,
          email: queues.email.manifestEntry,
          webhook: queues.webhook.manifestEntry,
          webhookRetry: queues.webhookRetry.manifestEntry,
        },
        ...(privateNetwork !== undefined && { privateLane: { egressAllow: privateNetwork.egressAllow } }),
        ...(queues.emailFeedback !== undefined && { emailFeedback: queues.emailFeedback.manifestEntry }),
        ...(queues.awsEvents !== undefined && {
          awsEventsQueue: queues.awsEvents.manifestEntry,
          awsEvents: [...this.#awsEvents],
        }),
        ...(this.awsEventBusArn !== undefined && { awsEventBus: this.awsEventBusArn }),
        canary:
          minutes > 0
            ? { minutes, url: ingest.canaryUrl, hasHeartbeat: props.heartbeat !== undefined }
            : { off: mustShowCertificate ? 'client-certificates' : 'by-option' },
        hasUnsubscribeLinks: ingest.unsubscribeUrl !== undefined,
        operatorTopic: operatorAlarms.topic.topicArn,
        secretPrefix,
        ...(emailSending !== undefined && {
          emailFrom: emailSending.from,
          configurationSet: emailSending.configurationSet.configurationSetName,
        }),
        retentionDays,
      }),
    });

    this.ingestUrl = ingest.url;
    this.unsubscribeUrl = ingest.unsubscribeUrl;
    this.operatorTopic = operatorAlarms.topic;
    this.manifestParameterName = manifest.parameterName;
    this.dashboardUrl = dashboard.url;
    this.#access = new OperatorAccess({
      table,
      queues,
      topic: operatorAlarms.topic,
      hasSes,
      manifestParameter: manifest.parameter,
      secretPrefix,
    });
    const { organizationId } = props;
    const executions = { asked: askedByQueues(plan) + FOR_AWS_EVENTS, concurrency };
    this.#parts = {
      namePrefix,
      organizationId,
      queues,
      functions,
      alarms: operatorAlarms,
      dashboard,
      executions,
    };
    if (props.awsEvents !== undefined && props.awsEvents.length > 0) this.addAwsEvents(...props.awsEvents);
    warnOfGaps(this, {
      mustShowCertificate,
      hasUnsubscribeLinks: ingest.unsubscribeUrl !== undefined,
      concurrency,
      hasPrivateLane,
    });
  }

  /** What sends by SES, and what hears of it what became of mails; neither where there is no SES. */
  #addMail(mail: {
    namePrefix: string;
    emailFrom: string | undefined;
    emailIdentity: EmailIdentityKind;
    queues: AlertQueues;
  }): { emailSending?: EmailSending; emailFeedback?: EmailFeedback } {
    const { namePrefix, emailFrom: from, emailIdentity: identity, queues } = mail;
    if (identity === 'none' || from === undefined) return {};
    const configurationSetName = namePrefix;
    const emailSending = new EmailSending(this, 'EmailSending', { configurationSetName, from, identity });
    if (queues.emailFeedback === undefined) return { emailSending };
    const ruleName = `${namePrefix}-email-feedback`;
    const queue = queues.emailFeedback;
    const emailFeedback = new EmailFeedback(this, 'EmailFeedback', { ruleName, emailSending, queue });
    return { emailSending, emailFeedback };
  }

  /** The bus for events of AWS from other accounts and regions; undefined without an organization. */
  get awsEventBusArn(): string | undefined {
    return this.#door?.busArn;
  }

  /**
   * Takes what these services of AWS tell by themselves, each as a source of its own: what the prop `awsEvents` does. All in
   * one call, because one alarm counts what is lost of all of them.
   */
  addAwsEvents(...events: readonly AwsEvents[]): void {
    const services = [...new Set(events)];
    if (services.length === 0)
      throw new Error('TocsinGateway: addAwsEvents needs a service: "guardduty", "health", …');
    if (this.#door !== undefined) {
      throw new Error(
        `TocsinGateway: it takes events of ${this.#awsEvents.join(', ')} already; name all services in one call of addAwsEvents, or in the prop awsEvents`,
      );
    }
    const { namePrefix, organizationId, queues, functions, alarms, dashboard, executions } = this.#parts;
    const queue = queues.addAwsEvents();
    const fn = functions.addAwsEvents(queue, services);
    this.#awsEvents = services;
    this.#door = new AwsDoor(this, 'AwsDoor', { namePrefix, events: services, organizationId, queue });
    this.#access.addQueue(queue);
    alarms.watchDoor(this.#door, queue, fn);
    dashboard.addQueue('aws-events', queue);
    dashboard.addFunction('ingest-aws-events', fn);
    warnOfAwsEvents(this, executions);
  }

  /** Lets a role run every command of `tocsin`: configuration, secrets, dead letters, redrive. */
  grantOperate(grantee: IGrantable): void {
    this.#access.grantOperate(grantee);
  }

  /** Lets a role read what happened, and nothing secret: lists, `why`, `audit`, `status`. */
  grantAudit(grantee: IGrantable): void {
    this.#access.grantAudit(grantee);
  }
}
