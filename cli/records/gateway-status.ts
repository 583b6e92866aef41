import { attentionOf } from '../../functions/core/operator/attention.ts';
import type { Attention, GatewayFacts } from '../../functions/core/operator/gateway-facts.ts';
import { canaryStanding, type CanaryStanding } from '../../functions/core/operator/canary-standing.ts';
import { hasHeartbeat } from '../canary/has-canary.ts';
import { sourceStatus } from '../../functions/core/operator/source-status.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { UnreadableConfig } from '../../functions/core/model/config/unreadable-config.ts';
import { queuesOf, type Manifest } from '../../functions/core/model/config/manifest.ts';
import { allOf } from '../config/find-config.ts';
import { checkSender } from '../destination/check-sender.ts';
import { mailStatus, type MailStatus } from '../destination/mail-quota.ts';
import type { Gateway } from '../gateway.ts';

type Depth = { name: string; visible: number; inFlight: number; delayed: number };

/** How a gateway is doing, as `status` tells it. */
export type GatewayStatus = {
  attention: Attention[];
  sources: { count: number; open: string[] };
  destinations: { count: number; disabled: string[] };
  routes: number;
  mail: MailStatus;
  /** Absent where there are none. */
  canary?: CanaryStanding;
  /** Of the last 24 hours; absent where they were not to be counted. */
  unrouted?: number;
  deadLetters: number;
  queues: (Depth & { isDeadLetterQueue: boolean })[];
  unreadable: UnreadableConfig[];
};

const DAY_MS = 86_400_000;
/** Counting reads rows, so it ends somewhere; beyond it the number no longer matters. */
export const COUNT_LIMIT = 1_000;

export async function readGatewayStatus(
  gateway: Gateway,
  nowMs: number,
  { isCounting }: { isCounting: boolean },
): Promise<GatewayStatus> {
  const [configured, open, requests, depths, mail, operatorTopic, canary] = await Promise.all([
    readItems(gateway),
    gateway.records.openDeliveries(),
    gateway.records.openRequests(),
    gateway.queues.depths(),
    mailStatus(gateway),
    subscriptionsOf(gateway),
    canariesOf(gateway, nowMs),
  ]);
  const { sources, destinations, routes, unreadable } = configured;
  const [unrouted, ofSources, ofDestinations, mailTroubles] = await Promise.all([
    isCounting ? countUnrouted(gateway, nowMs) : undefined,
    sourceFacts(gateway, sources.readable, nowMs),
    destinationFacts(gateway, destinations.readable),
    troublesOfMail(gateway, mail, destinations.readable),
  ]);
  const { deadLetters, queues } = readQueues(gateway.manifest, depths);
  const facts: GatewayFacts = {
    sources: ofSources,
    destinations: ofDestinations,
    hasPrivateLane: gateway.manifest.privateLane !== undefined,
    deadLetters,
    open,
    lostRequests: requests.filter(({ isLost }) => isLost).map(({ request }) => request.requestId),
    mail: mailTroubles,
    operatorTopic,
    canary,
    canaryMinutes: canaryMinutesOf(gateway.manifest),
    unreadable,
  };
  return {
    attention: attentionOf(facts, nowMs),
    sources: {
      count: allOf(sources).length,
      open: sources.readable.filter(({ auth }) => auth.type === 'none').map(({ name }) => name),
    },
    destinations: {
      count: allOf(destinations).length,
      disabled: destinations.readable.filter(({ isEnabled }) => !isEnabled).map(({ name }) => name),
    },
    routes: allOf(routes).length,
    mail,
    ...(canary !== undefined && { canary }),
    ...(unrouted !== undefined && { unrouted }),
    deadLetters,
    queues,
    unreadable,
  };
}

/** The configured items, and the unreadable ones of every kind. */
async function readItems({ config, remediation }: Gateway) {
  const [sources, destinations, routes, ...others] = await Promise.all([
    config.list('source'),
    config.list('destination'),
    config.list('route'),
    config.list('silence'),
    config.list('interval'),
    config.list('lookup'),
    remediation.list(),
  ]);
  const unreadable = [sources, destinations, routes, ...others].flatMap(
    (listed): UnreadableConfig[] => listed.unreadable,
  );
  return { sources, destinations, routes, unreadable };
}

async function canariesOf({ canary, manifest }: Gateway, nowMs: number): Promise<CanaryStanding | undefined> {
  return canary === undefined ? undefined : canaryStanding(hasHeartbeat(manifest), canary, nowMs);
}

/** A local run that was off for a night has sent none, and nothing is wrong with it. */
function canaryMinutesOf({ canary, endpoint }: Manifest): number | undefined {
  return canary !== undefined && 'minutes' in canary && endpoint === undefined ? canary.minutes : undefined;
}

/** Never fails: an operator who may not ask SNS still sees the rest. */
async function subscriptionsOf({ operatorTopic }: Gateway): Promise<GatewayFacts['operatorTopic']> {
  try {
    return await operatorTopic?.subscriptions();
  } catch {
    return undefined;
  }
}

async function sourceFacts(
  { sourceHealth }: Gateway,
  sources: GatewayFacts['sources'][number]['source'][],
  nowMs: number,
): Promise<GatewayFacts['sources']> {
  if (sources.length === 0) return [];
  const health = await sourceHealth.read(sources.map(({ id }) => id));
  return sources.map((source) => ({ source, status: sourceStatus(source, health.get(source.id), nowMs) }));
}

/** The reasons why mails by SES would not arrive; empty where no destination sends by it. */
async function troublesOfMail(
  gateway: Gateway,
  mail: MailStatus,
  destinations: readonly Destination[],
): Promise<string[]> {
  const bySes = destinations.flatMap((destination) =>
    destination.channel === 'email' && destination.isEnabled && destination.transport === undefined
      ? [destination]
      : [],
  );
  if (bySes.length === 0 || mail.state === 'unknown') return [];
  const recipients = bySes.flatMap((destination) => destination.recipients.map(({ address }) => address));
  const sender = await checkSender(gateway, recipients);
  return [
    ...new Set([
      ...sender.filter(({ result }) => result === 'failed').map(({ text }) => text),
      ...(mail.state === 'none' ? [] : mail.checks)
        .filter(({ result }) => result !== 'ok')
        .map(({ text }) => text),
    ]),
  ];
}

async function destinationFacts(
  { looks }: Gateway,
  destinations: readonly Destination[],
): Promise<GatewayFacts['destinations']> {
  const webhooks = destinations.filter(({ channel }) => channel === 'webhook').map(({ id }) => id);
  const health = await looks.endpoints(webhooks);
  return destinations.map((destination) => ({ destination, health: health.get(destination.id) }));
}

async function countUnrouted({ records }: Gateway, nowMs: number): Promise<number> {
  const page = await records.alerts({ ...lastDay(nowMs), routing: 'unrouted', limit: COUNT_LIMIT });
  return page.items.length;
}

function lastDay(nowMs: number): { since: string; until: string } {
  return { since: new Date(nowMs - DAY_MS).toISOString(), until: new Date(nowMs).toISOString() };
}

function readQueues(
  manifest: Manifest,
  depths: readonly Depth[],
): Pick<GatewayStatus, 'deadLetters' | 'queues'> {
  // Events about mails are no alerts.
  const { emailFeedback, ...owed } = queuesOf(manifest);
  const deadNames = new Set(Object.values(owed).map(({ deadLetterArn }) => queueNameOf(deadLetterArn)));
  const feedbackName = queueNameOf(emailFeedback?.deadLetterArn);
  const queues = depths.map((depth) => ({
    ...depth,
    isDeadLetterQueue: deadNames.has(depth.name) || depth.name === feedbackName,
  }));
  return {
    queues,
    deadLetters: queues
      .filter(({ name }) => deadNames.has(name))
      .reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0),
  };
}

function queueNameOf(arn: string | undefined): string | undefined {
  return arn?.split(':').at(-1);
}
