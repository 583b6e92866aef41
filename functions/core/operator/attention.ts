import { breakerState, type EndpointHealth } from '../model/wire/endpoint-health.ts';
import type { Delivery } from '../model/wire/delivery.ts';
import type { Destination } from '../model/config/destination.ts';
import type { Source } from '../model/config/source.ts';
import type { UnreadableConfig } from '../model/config/unreadable-config.ts';
import { tocsinCommand } from '../text/command-line.ts';
import { judgeDelivery } from '../watch/judge-delivery.ts';
import type { CanaryStanding } from './canary-standing.ts';
import type { SourceStatus } from './source-status.ts';
import { unreadableItems } from './unreadable-items.ts';

/** What somebody has to look at, and the command to begin with. */
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

/** What is known of a gateway when it is judged. */
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
  /** What is wrong with the mail service, in words; empty while no mails are sent. */
  mail: readonly string[];
  /** Subscriptions of the topic that alarms go to; undefined where there is none, or nobody may ask. */
  operatorTopic: { arn: string; confirmed: number; pending: number } | undefined;
  /** How the canaries stand; undefined where there are none. */
  canary?: CanaryStanding | undefined;
  /** Minutes between canaries; undefined where nobody waits for one: a local run stands still while it is off. */
  canaryMinutes?: number | undefined;
  /** What of the configuration cannot be read. */
  unreadable: readonly Pick<UnreadableConfig, 'kind' | 'id' | 'name'>[];
};

const DAY_MS = 86_400_000;
/** When the first warning about a certificate goes out (watch/watch-certificates.ts). */
const CERTIFICATE_DAYS = 30;

/** Everything that keeps a gateway from being well, the gravest first; nothing means that all is well. */
export function attentionOf(facts: GatewayFacts, nowMs: number): Attention[] {
  return [
    ...lost(facts),
    ...ofCanary(facts, nowMs),
    ...(facts.deadLetters === 0
      ? []
      : [
          {
            kind: 'dead-letters' as const,
            text: `${counted(facts.deadLetters, 'dead letter waits', 'dead letters wait')} for somebody`,
            command: tocsinCommand('dead-letters', 'list'),
          },
        ]),
    ...unreadableItems(facts.unreadable),
    ...stuck(facts, nowMs),
    ...facts.sources.flatMap(ofSource),
    ...facts.destinations.flatMap((one) => ofDestination(one, facts.hasPrivateLane, nowMs)),
    ...facts.mail.map((text): Attention => ({
      kind: 'mail',
      text,
      command: tocsinCommand('test', '--channel', 'email'),
    })),
    ...ofTopic(facts),
  ];
}

function lost({ lostRequests }: GatewayFacts): Attention[] {
  const [first] = lostRequests;
  return first === undefined
    ? []
    : [
        {
          kind: 'lost',
          text: `${counted(lostRequests.length, 'accepted request is', 'accepted requests are')} neither stored nor in any queue`,
          command: tocsinCommand('why', first),
        },
      ];
}

/** So many canaries of the schedule may be missing before it stands still. */
const MISSED_CANARIES = 3;

function ofCanary({ canary, canaryMinutes }: GatewayFacts, nowMs: number): Attention[] {
  if (canary === undefined) return [];
  const found = canary.late.map(({ phase, problem }): Attention => ({
    kind: 'canary',
    text: `the canary stopped at "${phase}": ${problem}`,
    command: tocsinCommand('canary', 'run'),
  }));
  const { scheduled } = canary;
  if (scheduled === undefined || canaryMinutes === undefined) return found;
  const sinceMs = nowMs - Date.parse(scheduled.sent_at);
  if (sinceMs < (MISSED_CANARIES * canaryMinutes + 1) * 60_000) return found;
  const minutes = counted(Math.floor(sinceMs / 60_000), 'minute', 'minutes');
  return [
    ...found,
    {
      kind: 'canary',
      text: `no canary was sent for ${minutes}: nobody starts the function run-canary`,
      command: tocsinCommand('canary', 'list'),
    },
  ];
}

/** A delivery whose worker is gone, or whose time is over: its message comes back, or the watcher sends it again. */
function stuck({ open }: GatewayFacts, nowMs: number): Attention[] {
  const isOver = ({ state, lease_until: lease }: Delivery) =>
    state === 'sending' && lease !== undefined && Date.parse(lease) < nowMs;
  const over = open.filter(isOver);
  const late = open.filter(
    (delivery) => !isOver(delivery) && judgeDelivery(delivery, nowMs).standing === 'overdue',
  );
  const say = (kind: 'late' | 'lease-over', found: Delivery[], one: string, many: string): Attention[] => {
    const [first] = found;
    return first === undefined
      ? []
      : [
          {
            kind,
            text: counted(found.length, one, many),
            command: isUnbegunDigest(first)
              ? tocsinCommand('deliveries', 'list', '--digest', first.alert_id)
              : tocsinCommand('deliveries', 'show', first.id),
          },
        ];
  };
  return [
    ...say(
      'late',
      late.filter((delivery) => !isUnbegunDigest(delivery)),
      'delivery is late',
      'deliveries are late',
    ),
    ...say(
      'late',
      late.filter(isUnbegunDigest),
      'digest is late: it has ended, and no message of it was begun',
      'digests are late: they have ended, and no message of them was begun',
    ),
    ...say(
      'lease-over',
      over,
      'attempt has lost its worker; its message comes back within minutes',
      'attempts have lost their workers; their messages come back within minutes',
    ),
  ];
}

/** It has no row that could be shown; those who joined it have. */
function isUnbegunDigest({ own_digest: digest, attempt }: Delivery): boolean {
  return digest !== undefined && attempt === 0;
}

function ofSource({ source, status }: GatewayFacts['sources'][number]): Attention[] {
  if (!source.isEnabled) return [];
  const command = tocsinCommand('source', 'status', source.name);
  const found: Attention[] = [];
  const { lastRefusal, lastAcceptedAt } = status;
  if (lastRefusal !== undefined && lastRefusal.at > (lastAcceptedAt ?? '')) {
    found.push({
      kind: 'source-refused',
      text: `source ${source.name} is refused: ${lastRefusal.cause ?? lastRefusal.code}`,
      command,
    });
  }
  if (status.condition === 'silent' || status.alarm.firing !== undefined) {
    found.push({ kind: 'source-silent', text: `source ${source.name} is silent`, command });
  }
  return found;
}

function ofDestination(
  { destination, health }: GatewayFacts['destinations'][number],
  hasPrivateLane: boolean,
  nowMs: number,
): Attention[] {
  if (destination.channel !== 'webhook') return [];
  const { name } = destination;
  if (!destination.isEnabled) {
    return destination.pausedBecause === undefined
      ? []
      : [
          {
            kind: 'destination-paused',
            text: `destination ${name} is paused: its receiver answered 410 Gone`,
            command: tocsinCommand('destination', 'show', name),
          },
        ];
  }
  const found: Attention[] = [];
  if (destination.isPrivate === true && !hasPrivateLane) {
    found.push({
      kind: 'no-private-lane',
      text: `destination ${name} is private, and the deployment has no private lane: its alerts become dead letters (docs/private-receivers.md)`,
      command: tocsinCommand('destination', 'show', name),
    });
  }
  if (breakerState(health, nowMs) === 'open') {
    found.push({
      kind: 'breaker-open',
      text: `the receiver of ${name} failed ${String(health?.failures ?? 0)} times in a row; deliveries wait`,
      command: tocsinCommand('deliveries', 'list', '--destination', name, '--state', 'pending'),
    });
  }
  const { auth } = destination;
  const ends = auth.type === 'mtls' && auth.notAfter !== undefined ? Date.parse(auth.notAfter) : undefined;
  if (ends !== undefined && ends - nowMs < CERTIFICATE_DAYS * DAY_MS) {
    const days = Math.floor((ends - nowMs) / DAY_MS);
    found.push({
      kind: 'certificate',
      text:
        days < 0
          ? `the client certificate of ${name} has ended`
          : `the client certificate of ${name} ends in ${counted(days, 'day', 'days')}`,
      command: tocsinCommand('destination', 'show', name),
    });
  }
  return found;
}

function ofTopic({ operatorTopic }: GatewayFacts): Attention[] {
  return operatorTopic === undefined || operatorTopic.confirmed > 0
    ? []
    : [
        {
          kind: 'operator-topic',
          text:
            operatorTopic.pending > 0
              ? 'nobody hears the alarms of the stack: the subscription of the operator topic is not confirmed; take the token out of the mail from AWS (docs/deploy.md, "After")'
              : 'nobody hears the alarms of the stack: the operator topic has no subscription; write "operatorEmail" into tocsin.json and deploy',
          command:
            operatorTopic.pending > 0
              ? `aws sns confirm-subscription --authenticate-on-unsubscribe true --topic-arn ${operatorTopic.arn} --token TOKEN`
              : tocsinCommand('status'),
        },
      ];
}

const counted = (count: number, one: string, many: string): string =>
  `${String(count)} ${count === 1 ? one : many}`;
