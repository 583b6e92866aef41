import { planReplay, type ReplayPlan } from '../../functions/core/operator/plan-replay.ts';
import { routeAlert } from '../../functions/core/route/route-alert.ts';
import { messageOfDigest, storiesOf } from './digest-story.ts';
import type { PlannedDelivery, RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type {
  Listed,
  UnreadableDestination,
  UnreadableRoute,
} from '../../functions/core/model/config/unreadable-config.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { GatewayRecords } from '../../functions/core/operator/ports.ts';
import type { Gateway } from '../gateway.ts';

/** The configuration that decides, and what was asked for. */
export type ReplayScope = {
  destinations: Listed<Destination, UnreadableDestination>;
  routes: Listed<Route, UnreadableRoute>;
  only: Destination | undefined;
  isAgain: boolean;
  nowMs: number;
  records: Pick<GatewayRecords, 'digest'>;
};

export type Planned = ReplayPlan & { routed: RoutedAlert };

/** The deliveries of an alert that are to be sent again; `in-any-case` where an operator has named it and its destination. */
export async function planFor(
  { routed, deliveries }: { routed: RoutedAlert; deliveries: Delivery[] },
  { destinations, routes, only, isAgain, nowMs, records }: ReplayScope,
  how: 'as-routed' | 'in-any-case',
): Promise<Planned> {
  const isAsked = (delivery: { destination_id: string }) =>
    only === undefined || delivery.destination_id === only.id;
  const owed: PlannedDelivery[] =
    how === 'in-any-case' && only !== undefined
      ? routeAlert(
          routed.alert,
          {
            routes: [],
            destinations: [withoutMinimum(only)],
            unreadable: { routes: [], destinations: [] },
          },
          nowMs,
        ).deliveries
      : routeAlert(
          routed.alert,
          {
            routes: routes.readable,
            destinations: destinations.readable,
            // Nothing would come of a delivery to a destination that cannot be read.
            unreadable: { routes: routes.unreadable, destinations: [] },
          },
          nowMs,
        ).deliveries;
  const plan = planReplay({
    routed,
    deliveries: deliveries.filter(isAsked),
    digests: await storiesOf(deliveries.filter(isAsked), records, nowMs),
    digestMessage: messageOfDigest,
    owed: owed.filter(isAsked),
    destinations: [
      ...destinations.readable,
      ...destinations.unreadable.map(({ id, isDisabled }) => ({
        id,
        isEnabled: !isDisabled,
        isUnreadable: true,
      })),
    ],
    isAgain,
    nowMs,
  });
  return { ...plan, routed };
}

/** Stores that an alert is owed to whom its router did not plan it for. */
export async function addToPlan({ send, routed }: Planned, { records }: Gateway): Promise<void> {
  const added = send
    .filter(({ state }) => state === 'never-planned')
    .map(({ message }): PlannedDelivery => {
      const { delivery_id: id, destination_id: destinationId, channel, is_private: isPrivate } = message;
      return {
        id,
        destination_id: destinationId,
        channel,
        ...(isPrivate === true && { is_private: isPrivate }),
        ...(message.recipient !== undefined && { recipient: message.recipient }),
      };
    });
  if (added.length > 0) {
    await records.putAlert({ ...routed, deliveries: [...routed.deliveries, ...added] });
  }
}

/** An operator who names an alert and a destination overrides its minimum severity. A disabled destination stays left out. */
function withoutMinimum(destination: Destination): Destination {
  const { minSeverity: _, ...rest } = destination;
  return rest;
}
