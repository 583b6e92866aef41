import type { Delivery } from '../model/wire/delivery.ts';
import { tocsinCommand } from '../text/command-line.ts';
import { counted } from '../text/count-words.ts';
import { judgeDelivery } from '../watch/judge-delivery.ts';
import { destinationAttention } from './destination-attention.ts';
import type { Attention, GatewayFacts } from './gateway-facts.ts';
import { unreadableItems } from './unreadable-items.ts';

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
    ...facts.destinations.flatMap((one) => destinationAttention(one, facts.hasPrivateLane, nowMs)),
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
