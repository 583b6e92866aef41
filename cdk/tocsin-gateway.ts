import { Stack } from 'aws-cdk-lib/core';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AwsEvents } from '../functions/core/model/config/aws-events.ts';
import { askedByQueues, FOR_AWS_EVENTS } from './concurrency.ts';
import { AlertQueues } from './constructs/alert-queues.ts';
import { AwsDoor } from './constructs/aws-door.ts';
import { EmailFeedback } from './constructs/email-feedback.ts';
import { EmailSending } from './constructs/email-sending.ts';
import { GatewayFunctions } from './constructs/gateway-functions.ts';
import { GatewayManifest } from './constructs/gateway-manifest.ts';
import { GatewayTable, type KnownTable } from './constructs/gateway-table.ts';
import { IngestApi } from './constructs/ingest-api.ts';
import { OperatorAccess } from './constructs/operator-access.ts';
import { OperatorAlarms } from './constructs/operator-alarms.ts';
import { OperatorDashboard } from './constructs/operator-dashboard.ts';
import { UnsubscribeKey } from './constructs/unsubscribe-key.ts';
import { describeGateway } from './describe-gateway.ts';
import type { TocsinGatewayProps } from './gateway-props.ts';
import { type GatewaySettings, settingsOf } from './gateway-settings.ts';
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
  /** The name of the SSM parameter that the command line reads. */
  readonly manifestParameterName: string;
  /** The dashboard in the AWS console. */
  readonly dashboardUrl: string;
  readonly #parts: {
    settings: GatewaySettings;
    table: KnownTable;
    queues: AlertQueues;
    emailSending: EmailSending | undefined;
    functions: GatewayFunctions;
    ingest: IngestApi;
    alarms: OperatorAlarms;
    dashboard: OperatorDashboard;
  };
  readonly #access: OperatorAccess;
  #awsEvents: readonly AwsEvents[] = [];
  #door: AwsDoor | undefined;

  constructor(scope: Construct, id: string, props: TocsinGatewayProps) {
    super(scope, id);
    const settings = settingsOf(props, Stack.of(this).stackName);
    const { namePrefix, operatorEmail, canaryMinutes, partition, hasSes } = settings;

    const { table } = new GatewayTable(this, 'Storage', { existing: settings.existingTable });
    const queues = new AlertQueues(this, 'Queues', settings);
    const { emailSending, emailFeedback } = this.#addMail(settings, queues);
    const functions = this.#addFunctions(settings, { table, queues, emailSending });
    const ingest = this.#addApi(settings, functions);
    const watched = { queues, functions, api: ingest.api, canaryMinutes };
    const alarms = new OperatorAlarms(this, 'Alarms', {
      ...watched,
      namePrefix,
      operatorEmail,
      feedbackRule: emailFeedback?.rule,
    });
    const dashboard = new OperatorDashboard(this, 'Dashboard', {
      ...watched,
      dashboardName: namePrefix,
      alarms: alarms.alarms,
      partition,
    });
    const manifest = new GatewayManifest(this, 'Manifest', {
      name: namePrefix,
      manifest: () => {
        const { awsEventBusArn } = this;
        return describeGateway({ ...this.#parts, awsEvents: this.#awsEvents, awsEventBusArn });
      },
    });

    this.#parts = { settings, table, queues, emailSending, functions, ingest, alarms, dashboard };
    this.#access = new OperatorAccess({
      table,
      queues,
      topic: alarms.topic,
      hasSes,
      manifestParameter: manifest.parameter,
      namePrefix,
    });
    this.ingestUrl = ingest.url;
    this.unsubscribeUrl = ingest.unsubscribeUrl;
    this.operatorTopic = alarms.topic;
    this.manifestParameterName = manifest.parameterName;
    this.dashboardUrl = dashboard.url;
    if (settings.awsEvents.length > 0) this.addAwsEvents(...settings.awsEvents);
    warnOfGaps(this, { ...settings, hasUnsubscribeLinks: ingest.unsubscribeUrl !== undefined });
  }

  /** Sending by SES, and the feedback that SES gives on mails; neither where there is no SES. */
  #addMail(
    { namePrefix, sender }: GatewaySettings,
    { emailFeedback: queue }: AlertQueues,
  ): { emailSending?: EmailSending; emailFeedback?: EmailFeedback } {
    if (sender === undefined) return {};
    const emailSending = new EmailSending(this, 'EmailSending', {
      configurationSetName: namePrefix,
      ...sender,
    });
    if (queue === undefined) return { emailSending };
    const ruleName = `${namePrefix}-email-feedback`;
    const emailFeedback = new EmailFeedback(this, 'EmailFeedback', { ruleName, emailSending, queue });
    return { emailSending, emailFeedback };
  }

  #addFunctions(
    settings: GatewaySettings,
    parts: { table: KnownTable; queues: AlertQueues; emailSending: EmailSending | undefined },
  ): GatewayFunctions {
    const { namePrefix, retentionDays, operatorEmail, privateNetwork, heartbeat, plan } = settings;
    const { canaryMinutes: minutes } = settings;
    return new GatewayFunctions(this, 'Functions', {
      ...parts,
      namePrefix,
      retentionDays,
      unsubscribeKey: new UnsubscribeKey(this, 'UnsubscribeKey', {
        secretName: `${namePrefix}/unsubscribe-key`,
      }),
      operatorEmail,
      privateNetwork,
      canary: minutes > 0 ? { minutes, heartbeat } : undefined,
      concurrency: plan,
    });
  }

  /** The API in front of the functions. Those that write links to it are told its address only then. */
  #addApi({ namePrefix, domain }: GatewaySettings, functions: GatewayFunctions): IngestApi {
    const ingest = new IngestApi(this, 'IngestApi', {
      apiName: `${namePrefix}-ingest`,
      handler: functions.ingest.function,
      unsubscribeHandler: functions.unsubscribe.function,
      canaryHandler: functions.canary?.receive.function,
      domain,
    });
    if (ingest.unsubscribeUrl !== undefined) functions.linkMailsTo(ingest.unsubscribeUrl);
    functions.canary?.pointAt({ ingestUrl: ingest.url, canaryUrl: ingest.canaryUrl });
    return ingest;
  }

  /** The bus for events of AWS from other accounts and regions; undefined without an organization. */
  get awsEventBusArn(): string | undefined {
    return this.#door?.busArn;
  }

  /**
   * Takes the events of these services of AWS, each service as a source of its own, as the prop `awsEvents` does. All services
   * are named in one call, because one alarm counts the losses of all of them.
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
    const { settings, queues, functions, alarms, dashboard } = this.#parts;
    const { namePrefix, organizationId, concurrency, plan } = settings;
    const queue = queues.addAwsEvents();
    const fn = functions.addAwsEvents(queue, services);
    this.#awsEvents = services;
    this.#door = new AwsDoor(this, 'AwsDoor', { namePrefix, events: services, organizationId, queue });
    this.#access.addQueue(queue);
    alarms.watchDoor(this.#door, queue, fn);
    dashboard.addQueue('aws-events', queue);
    dashboard.addFunction('ingest-aws-events', fn);
    warnOfAwsEvents(this, { asked: askedByQueues(plan) + FOR_AWS_EVENTS, concurrency });
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
