import type { RouteHours } from '../../../functions/core/match/route-hours.ts';
import type { Route } from '../../../functions/core/model/config/route.ts';
import type { RoutedAlert } from '../../../functions/core/model/wire/accepted-alerts.ts';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';
import type { Delivery } from '../../../functions/core/model/wire/delivery.ts';
import { nothingFound, type Run } from '../../../functions/core/watch/watch-run.ts';

export const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');
export const minutesAgo = (minutes: number): string => new Date(NOW_MS - minutes * 60_000).toISOString();

/** What a run of the watcher meets; each test shows only what matters to it. */
type Met = {
  stored?: { routed: RoutedAlert; rows?: Delivery[] }[];
  isEmpty?: boolean;
  mayDoubt?: boolean;
  routes?: Route[];
  hours?: RouteHours;
};

/** A run at `NOW_MS` over what is stored, and the alerts that it raised. */
export function aRun({
  stored = [],
  isEmpty = false,
  mayDoubt = false,
  routes = [],
  hours = () => undefined,
}: Met = {}) {
  const raised: Alert[] = [];
  const nothing = async (): Promise<void> => {};
  const run: Run = {
    nowMs: NOW_MS,
    isOver: () => false,
    isEmpty: async () => isEmpty,
    mayDoubt: () => mayDoubt,
    holding: async () => ({ version: '1', route: (id) => routes.find((one) => one.id === id), hours }),
    result: nothingFound(),
    ports: {
      requests: {
        lookedAtUntil: async () => undefined,
        keepLookedAtUntil: nothing,
        between: async function* between() {},
      },
      watchList: {
        due: async function* due() {},
        held: async function* held() {},
        keep: nothing,
        remove: nothing,
      },
      stored: {
        find: async (ids) =>
          new Map(
            stored
              .filter(({ routed }) => ids.includes(routed.alert.id))
              .map(({ routed, rows = [] }) => [routed.alert.id, { routed, rows }]),
          ),
        rows: async (deliveries) => {
          const wanted = new Set(deliveries.map(({ deliveryId }) => deliveryId));
          const rows = stored.flatMap((one) => one.rows ?? []).filter(({ id }) => wanted.has(id));
          return new Map(rows.map((row) => [row.id, row]));
        },
      },
      holds: {
        version: async () => '1',
        judgedBy: async () => '1',
        keepJudgedBy: nothing,
        routes: async () => ({ routes, intervals: [] }),
        hold: nothing,
      },
      lanes: { isEmpty: async () => isEmpty, isIdle: async () => isEmpty },
      deliveries: { enqueue: nothing },
      alerts: { enqueue: async ({ alerts }) => void raised.push(...alerts) },
      clock: { now: () => NOW_MS },
      tenantId: 'Tocsin',
    },
  };
  return { run, raised };
}
