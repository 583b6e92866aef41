import type { Manifest } from '../functions/core/model/config/manifest.ts';
import type {
  ConfigHistory,
  ConfigStore,
  DeadLetterQueues,
  GatewayRecords,
  LocalEvents,
  MailAccount,
  OperatorTopic,
  Organization,
  QueueDepths,
  RemediationStore,
  SecretWriter,
  UnsubscribeKeyWriter,
} from '../functions/core/operator/ports.ts';
import type { CallerIdentity } from '../functions/adapters/operator/caller-identity.ts';
import type { CanaryRecords } from '../functions/core/operator/canary-standing.ts';
import type { CanaryConfiguration, CanaryLog } from '../functions/core/canary/ports.ts';
import type { AlertQueue } from '../functions/core/ingest/ports.ts';
import type { Looks } from '../functions/core/operator/looks.ts';
import type { AuditRecords } from '../functions/core/operator/audit/ports.ts';
import type { DeliveryQueue } from '../functions/core/route/ports.ts';
import type { EndpointHealthStore } from '../functions/core/deliver/webhook/endpoint/health.ts';
import type { SourceHealthRecords } from '../functions/core/watch/ports.ts';
import type { SuppressionStore } from '../functions/core/recipients/ports.ts';

/** Which gateway a command works on. */
export type Target = { kind: 'stack'; stack: string; region?: string } | { kind: 'local'; data: string };

/** A gateway as the operator's tools see it. */
export type Gateway = {
  manifest: Manifest;
  config: ConfigStore;
  history: ConfigHistory;
  secrets: SecretWriter;
  records: GatewayRecords;
  /** The reads of the console's pages. */
  looks: Looks;
  /** The reads of an audit. */
  audited: AuditRecords;
  sourceHealth: Pick<SourceHealthRecords, 'delete' | 'read' | 'refusedSample'>;
  /** How the receivers of webhooks have been doing. */
  endpoints: Pick<EndpointHealthStore, 'find'>;
  deadLetters: DeadLetterQueues;
  queues: QueueDepths;
  deliveries: DeliveryQueue;
  mailAccount: MailAccount;
  /** Where the gateway's own alerts go. */
  alerts: AlertQueue;
  suppressions: SuppressionStore;
  remediation: RemediationStore;
  unsubscribeKey: UnsubscribeKeyWriter;
  /** Sends and finds canaries; absent where the gateway has none. */
  canary?: CanaryRecords & { canaries: CanaryLog; configuration: CanaryConfiguration };
  /** Of the operator's own AWS account, also where the gateway is a local run; or of the account of a profile. */
  organization: (profile?: string) => Organization;
  /** Where the alarms of a stack go; a local run has none. */
  operatorTopic?: OperatorTopic;
  /** Only a local run has it: a stack gets its events from AWS. */
  localEvents?: LocalEvents;
  /** The identity whose credentials are used. */
  identity: Pick<CallerIdentity, 'arn'>;
  /** Closes the connections, so that the process can end. */
  close(): void;
};
