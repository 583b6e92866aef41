import type { EndpointHealth } from '../model/wire/endpoint-health.ts';
import type { Delivery } from '../model/wire/delivery.ts';
import type { Destination } from '../model/config/destination.ts';
import type { Source } from '../model/config/source.ts';
import type { UnreadableConfig } from '../model/config/unreadable-config.ts';
import type { CanaryStanding } from './canary-standing.ts';
import type { SourceStatus } from './source-status.ts';

/** A finding for the operator, and the command to begin with. */
export type Attention = { kind: AttentionKind; text: string; command: string };

type AttentionKind =
  | 'source-refused'
  | 'source-silent'
  | 'dead-letters'
  | 'lost'
  | 'late'
  | 'lease-over'
  | 'breaker-open'
  | 'destination-paused'
  | 'certificate'
  | 'no-private-lane'
  | 'mail'
  | 'operator-topic'
  | 'canary'
  | 'unreadable';

/** The facts of a gateway by which it is judged. */
export type GatewayFacts = {
  sources: readonly { source: Source; status: SourceStatus }[];
  destinations: readonly { destination: Destination; health: EndpointHealth | undefined }[];
  /** Whether the deployment has a function for private destinations. */
  hasPrivateLane: boolean;
  /** Messages in the dead-letter queues. */
  deadLetters: number;
  /** Deliveries that were open when the watcher looked, as they are now. */
  open: readonly Delivery[];
  /** Ids of requests of which neither alerts nor message are left. */
  lostRequests: readonly string[];
  /** The problems of the mail service, in words; empty while no mails are sent. */
  mail: readonly string[];
  /** Subscriptions of the topic that alarms go to; undefined where there is none, or where it may not be read. */
  operatorTopic: { arn: string; confirmed: number; pending: number } | undefined;
  /** How the canaries stand; undefined where there are none. */
  canary?: CanaryStanding | undefined;
  /** Minutes between canaries; undefined where none is due: a local run stands still while it is off. */
  canaryMinutes?: number | undefined;
  /** The items of configuration that cannot be read. */
  unreadable: readonly Pick<UnreadableConfig, 'kind' | 'id' | 'name'>[];
};
