import { counted } from '../../functions/core/text/count-words.ts';
import { isTestAlert } from '../../functions/core/model/wire/alert.ts';
import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { addCommand } from '../command.ts';
import { describeDigest, digestView, storiesOf } from '../records/digest-story.ts';
import { explainId } from '../records/explain-id.ts';
import { CliFailure } from '../failure.ts';
import { allOf, destinationNames } from '../config/find-config.ts';
import { mayBeginConfigId, wholeId } from '../config/whole-id.ts';
import { describeSuppression } from '../words/suppression.ts';
import { describeTrace } from '../words/routing.ts';
import { indented } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import { describeState } from '../words/views.ts';
import { breakerState, type EndpointHealth } from '../../functions/core/model/wire/endpoint-health.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { Listed } from '../../functions/core/model/config/unreadable-config.ts';
import type { RoutedAlert, RoutingTrace } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { DigestStory } from '../../functions/core/operator/digest-story.ts';
import type { ConfigStore } from '../../functions/core/operator/ports.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';

/** The story of one destination: the router's decision, and its deliveries. */
type Story = {
  id: string;
  name: string;
  trace: RoutingTrace | undefined;
  /** When it was created, where that can be read. */
  createdAt: string | undefined;
  deliveries: Delivery[];
  /** Of the receiver, where something still waits for it. */
  health?: EndpointHealth;
};

export const addWhy: CommandFile = (program, run) => {
  addCommand(program, run, {
    name: 'why <id> [destination]',
    summary:
      'Tell why a destination got an alert or did not; takes the id of an alert, a delivery or a request',
    examples: [
      'tocsin why 5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11',
      'tocsin why 5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11 siem',
    ],
    hasView: true,
    async run(session, _options, id = '', named?: string) {
      const gateway = await session.gateway();
      const { config, records } = gateway;
      const [asked, destinations] = await Promise.all([
        explainId(session, gateway, id),
        config.list('destination'),
      ]);
      if ('result' in asked) return asked.result;
      const { routed, deliveries } = asked.alert;
      if (routed.routing === 'dead') return describeDead(routed, session);
      const digests = await storiesOf(deliveries, records, session.nowMs);
      const stories = storiesIn(asked.alert, destinations);
      const wanted = named === undefined ? asked.destinationId : await chosenOf(config, stories, named);
      const chosen = chosenAmong(stories, wanted);
      return {
        view: { page: 'alerts', id: routed.alert.id },
        json: whyView(routed, chosen, digests),
        unreadable: destinations.unreadable,
        text: await describeWhy(routed, chosen, digests, session),
      };
    },
  });
};

/** Of each destination that was asked, that got something, or that is there. */
function storiesIn(
  { routed, deliveries }: { routed: RoutedAlert; deliveries: readonly Delivery[] },
  destinations: Listed<Destination>,
): Story[] {
  const nameOf = destinationNames(destinations);
  const ids = new Set([
    ...routed.trace.map((trace) => trace.destination_id),
    ...deliveries.map((delivery) => delivery.destination_id),
    ...allOf(destinations).map((destination) => destination.id),
  ]);
  return [...ids].map((id): Story => {
    const trace = routed.trace.find((one) => one.destination_id === id);
    const isGone = nameOf(id) === id;
    return {
      id,
      // The name of then, where the destination is gone.
      name: trace !== undefined && isGone ? trace.destination_name : nameOf(id),
      trace,
      createdAt: destinations.readable.find((one) => one.id === id)?.createdAt,
      deliveries: deliveries.filter((delivery) => delivery.destination_id === id),
    };
  });
}

/** All of them where none is wanted. */
function chosenAmong(stories: readonly Story[], wanted: string | undefined): Story[] {
  const chosen = stories.filter(({ id, name }) => wanted === undefined || id === wanted || name === wanted);
  if (chosen.length > 0) return chosen;
  throw new CliFailure(
    'not-found',
    wanted === undefined
      ? `there is no destination at all; see: ${TOCSIN} destination create --help`
      : `no destination is called ${JSON.stringify(wanted)}; see: ${TOCSIN} destination list`,
  );
}

function whyView(
  { alert, routing, routed_at: routedAt }: RoutedAlert,
  stories: readonly Story[],
  digests: ReadonlyMap<string, DigestStory>,
): object {
  return {
    alert_id: alert.id,
    title: alert.title,
    routing,
    routed_at: routedAt,
    destinations: stories.map(({ id, name, trace, deliveries }) => ({
      id,
      name,
      decision: trace?.decision ?? null,
      because: trace?.because ?? null,
      route: trace?.route ?? null,
      deliveries: deliveries.map((delivery) => withDigest(delivery, digests)),
    })),
  };
}

async function describeWhy(
  routed: RoutedAlert,
  stories: readonly Story[],
  digests: ReadonlyMap<string, DigestStory>,
  session: Session,
): Promise<string> {
  const { alert, routed_at: routedAt } = routed;
  const { endpoints } = await session.gateway();
  const told = await boundedMap(stories, CALLS_AT_ONCE, async (story) => {
    const health = isWaiting(story) ? await endpoints.find(story.id) : undefined;
    return describe({ ...story, ...(health !== undefined && { health }) }, routed, session, digests);
  });
  const decided = `decided ${relativeTime(routedAt, session.nowMs)} (${routedAt})`;
  return [`${session.paint('bold', inert(alert.title))}\n${decided}`, ...told].join('\n\n');
}

/** The id of the destination that has this name or id, or whose id alone begins so. */
async function chosenOf(config: ConfigStore, stories: readonly Story[], text: string): Promise<string> {
  if (stories.some(({ id, name }) => [id, name].includes(text))) return text;
  const begun = mayBeginConfigId(text) ? wholeId('destination', text, stories) : undefined;
  // One that lost its content shows no name, and is found by it all the same.
  return begun ?? (await config.locate('destination', text))?.id ?? text;
}

/** No router could take it: nothing was decided, and a redrive lets it be decided. */
function describeDead({ alert, routing, routed_at: foundAt }: RoutedAlert, session: Session): CommandResult {
  return {
    view: { page: 'alerts', id: alert.id },
    json: { alert_id: alert.id, title: alert.title, routing, routed_at: foundAt, destinations: [] },
    text: `${session.paint('bold', inert(alert.title))}\ndead in the alerts queue, found ${relativeTime(foundAt, session.nowMs)} (${foundAt}): no router could take it, and nobody was told.\nWhen the cause is gone: ${TOCSIN} dead-letters redrive --all`,
  };
}

/** Chosen, and not over yet; a delivery that has not begun has no row. */
function isWaiting({ trace, deliveries }: Story): boolean {
  return deliveries.length === 0
    ? trace?.decision === 'deliver'
    : deliveries.some(({ channel, state }) => channel === 'webhook' && state === 'pending');
}

function describe(
  story: Story,
  routed: RoutedAlert,
  session: Session,
  digests: ReadonlyMap<string, DigestStory>,
): string {
  const isOpen = breakerState(story.health, session.nowMs) === 'open';
  const lines = [
    ...(isOpen
      ? [
          `waits: the receiver failed ${story.health?.failures ?? 0} times in a row, and is tried again ${relativeTime(story.health?.openUntil, session.nowMs)}`,
        ]
      : []),
    ...story.deliveries.flatMap((delivery) =>
      outcomeLines(delivery, session, isOpen, digests.get(delivery.id)),
    ),
  ];
  return [
    `${session.paint('bold', inert(story.name))}: ${describeChoice(story, routed)}`,
    ...(lines.length > 0 ? [indented(lines.join('\n'))] : []),
  ].join('\n');
}

function describeChoice(story: Story, routed: RoutedAlert): string {
  if (story.trace !== undefined) return describeTrace(story.trace);
  return story.deliveries.length > 0 ? 'chosen later, by a replay' : describeNoDecision(story, routed);
}

/** A decision that is not recorded proves nothing about the time before; only what the records say is said. */
function describeNoDecision({ createdAt }: Story, { alert, routed_at: routedAt }: RoutedAlert): string {
  if (isTestAlert(alert)) return 'not asked: a test goes to one destination';
  if (createdAt === undefined) return 'not asked: the decision does not name it, and nothing says why';
  return createdAt > routedAt
    ? `not asked: it was created after the alert was routed (${createdAt})`
    : `not asked: the decision does not name it, although it was created before (${createdAt}); send the alert to it with: ${TOCSIN} replay --alert ${alert.id}`;
}

function outcomeLines(
  delivery: Delivery,
  session: Session,
  isOpen: boolean,
  digest: DigestStory | undefined,
): string[] {
  const last = delivery.attempts.at(-1);
  const to = delivery.recipient === undefined ? '' : `${delivery.recipient}: `;
  const attempts = delivery.attempts.length;
  if (digest !== undefined) {
    return [
      `${to}digested: told by ${describeDigest(digest, session.nowMs)}`,
      session.paint('dim', `see: ${TOCSIN} deliveries show ${delivery.id}`),
    ];
  }
  const words = [
    `${to}${describeState(delivery)}`,
    attempts === 0 ? 'no attempt yet' : counted(attempts, 'attempt', 'attempts'),
    ...(delivery.due_at === undefined || isOpen
      ? []
      : [`next ${relativeTime(delivery.due_at, session.nowMs)}`]),
  ];
  return [
    words.join(', '),
    ...(last?.detail === undefined ? [] : [`last: ${inert(last.detail)}`]),
    ...(delivery.state === 'suppressed' ? [`not sent: ${describeSuppression(delivery.reason)}`] : []),
    session.paint('dim', `see: ${TOCSIN} deliveries show ${delivery.id}`),
  ];
}

/** The row as JSON, with the digest that tells of it. */
function withDigest(delivery: Delivery, digests: ReadonlyMap<string, DigestStory>): object {
  const digest = digests.get(delivery.id);
  return { ...delivery, digest: digest === undefined ? null : digestView(digest) };
}
