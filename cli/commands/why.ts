import { addCommand } from '../command.ts';
import { CliFailure, notFoundId } from '../failure.ts';
import { destinationNames } from '../find-config.ts';
import { describeTrace } from '../routing-words.ts';
import { indented } from '../table.ts';
import { inert } from '../terminal.ts';
import { relativeTime } from '../time.ts';
import { describeState } from '../views.ts';
import type { RoutingTrace } from '../../functions/core/model/accepted-alerts.ts';
import type { Delivery } from '../../functions/core/model/delivery.ts';
import type { CommandFile } from '../command.ts';
import type { Session } from '../session.ts';

/** What is known of one destination: the router's decision, and what became of it. */
type Story = { id: string; name: string; trace: RoutingTrace | undefined; deliveries: Delivery[] };

export const addWhy: CommandFile = (program, run) => {
  addCommand(program, run, {
    name: 'why <alert-id> [destination]',
    summary: 'Tell why a destination got an alert or did not: the decision, and what came of it',
    examples: [
      'tocsin why 5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11',
      'tocsin why 5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11 siem',
    ],
    async run(session, _options, id = '', wanted?: string) {
      const { config, records } = await session.gateway();
      const [found, destinations] = await Promise.all([records.alert(id), config.list('destination')]);
      if (found === undefined) throw notFoundId('alert', id, 'tocsin alerts list');
      const { routed, deliveries } = found;
      const nameOf = destinationNames(destinations);
      const ids = new Set([
        ...routed.trace.map((trace) => trace.destination_id),
        ...deliveries.map((delivery) => delivery.destination_id),
        ...destinations.map((destination) => destination.id),
      ]);
      const stories = [...ids].map((destinationId): Story => {
        const trace = routed.trace.find((one) => one.destination_id === destinationId);
        return {
          id: destinationId,
          // The name of then, where the destination is gone.
          name:
            trace !== undefined && nameOf(destinationId) === destinationId
              ? trace.destination_name
              : nameOf(destinationId),
          trace,
          deliveries: deliveries.filter((delivery) => delivery.destination_id === destinationId),
        };
      });
      const chosen = stories.filter(
        (story) => wanted === undefined || [story.id, story.name].includes(wanted),
      );
      if (chosen.length === 0) {
        throw new CliFailure(
          'not-found',
          wanted === undefined
            ? 'there is no destination at all; see: tocsin destination create --help'
            : `no destination is called ${JSON.stringify(wanted)}; see: tocsin destination list`,
        );
      }
      return {
        json: {
          alert_id: id,
          title: routed.alert.title,
          routing: routed.routing,
          routed_at: routed.routed_at,
          destinations: chosen.map((story) => ({
            id: story.id,
            name: story.name,
            decision: story.trace?.decision ?? null,
            because: story.trace?.because ?? null,
            route: story.trace?.route ?? null,
            deliveries: story.deliveries,
          })),
        },
        text: [
          `${session.paint('bold', inert(routed.alert.title))}\ndecided ${relativeTime(routed.routed_at, session.nowMs)} (${routed.routed_at})`,
          ...chosen.map((story) => describe(story, session)),
        ].join('\n\n'),
      };
    },
  });
};

function describe(story: Story, session: Session): string {
  const decision =
    story.trace === undefined
      ? story.deliveries.length > 0
        ? 'chosen later, by a replay'
        : 'not chosen: it did not exist when the alert was routed'
      : describeTrace(story.trace);
  const lines = story.deliveries.flatMap((delivery) => outcomeLines(delivery, session));
  return [
    `${session.paint('bold', inert(story.name))}: ${decision}`,
    ...(lines.length > 0 ? [indented(lines.join('\n'))] : []),
  ].join('\n');
}

function outcomeLines(delivery: Delivery, session: Session): string[] {
  const last = delivery.attempts.at(-1);
  const to = delivery.recipient === undefined ? '' : `${delivery.recipient}: `;
  const attempts = delivery.attempts.length;
  const words = [
    `${to}${describeState(delivery)}`,
    attempts === 0 ? 'no attempt yet' : `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    ...(delivery.due_at === undefined ? [] : [`next ${relativeTime(delivery.due_at, session.nowMs)}`]),
  ];
  return [
    words.join(', '),
    ...(last?.detail === undefined ? [] : [`last: ${inert(last.detail)}`]),
    session.paint('dim', `see: tocsin deliveries show ${delivery.id}`),
  ];
}
