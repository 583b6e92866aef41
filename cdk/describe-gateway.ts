import type { AwsEvents } from '../functions/core/model/config/aws-events.ts';
import type { Manifest } from '../functions/core/model/config/manifest.ts';
import type { AlertQueues } from './constructs/alert-queues.ts';
import type { EmailSending } from './constructs/email-sending.ts';
import type { KnownTable } from './constructs/gateway-table.ts';
import type { IngestApi } from './constructs/ingest-api.ts';
import type { OperatorAlarms } from './constructs/operator-alarms.ts';
import type { GatewaySettings } from './gateway-settings.ts';

/** The parts of a gateway that its manifest names. */
type DescribedParts = {
  settings: GatewaySettings;
  table: KnownTable;
  queues: AlertQueues;
  emailSending: EmailSending | undefined;
  ingest: IngestApi;
  alarms: OperatorAlarms;
  awsEvents: readonly AwsEvents[];
  awsEventBusArn: string | undefined;
};

/** The manifest of a gateway, without the fields that a stack fills in by itself. A part that is not there is left out. */
export function describeGateway({
  settings,
  table,
  queues,
  emailSending,
  ingest,
  alarms,
  awsEvents,
  awsEventBusArn,
}: DescribedParts): Omit<Manifest, 'version' | 'stack' | 'region' | 'endpoint'> {
  const { privateNetwork } = settings;
  return {
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
      awsEvents: [...awsEvents],
    }),
    ...(awsEventBusArn !== undefined && { awsEventBus: awsEventBusArn }),
    canary: canaryOf(settings, ingest),
    hasUnsubscribeLinks: ingest.unsubscribeUrl !== undefined,
    operatorTopic: alarms.topic.topicArn,
    secretPrefix: settings.namePrefix,
    ...(emailSending !== undefined && {
      emailFrom: emailSending.from,
      configurationSet: emailSending.configurationSet.configurationSetName,
    }),
    retentionDays: settings.retentionDays,
  };
}

function canaryOf(
  { canaryMinutes: minutes, heartbeat, mustShowCertificate }: GatewaySettings,
  { canaryUrl: url }: IngestApi,
): NonNullable<Manifest['canary']> {
  if (minutes > 0) return { minutes, url, hasHeartbeat: heartbeat !== undefined };
  return { off: mustShowCertificate ? 'client-certificates' : 'by-option' };
}
