import type { AcceptedAlerts } from '../../../functions/core/model/wire/accepted-alerts.ts';
import type { EmailDestination } from '../../../functions/core/model/config/destination.ts';
import type { Suppression, SuppressionChange } from '../../../functions/core/model/wire/suppression.ts';
import type { SuppressionStore } from '../../../functions/core/recipients/ports.ts';

type Row = {
  held?: Suppression;
  isAnnounced: boolean;
  history: SuppressionChange[];
  soft: Map<string, string>;
};

/** The store of suppressions in memory; every call yields once, so that calls at once really mix. */
export function memorySuppressions(): SuppressionStore {
  const rows = new Map<string, Row>();
  const row = (destinationId: string, address: string): Row => {
    const key = `${destinationId} ${address.toLowerCase()}`;
    const known = rows.get(key) ?? { isAnnounced: false, history: [], soft: new Map<string, string>() };
    rows.set(key, known);
    return known;
  };
  return {
    find: async (destinationId, address) => row(destinationId, address).held,
    standing: async (destinationId, address) => {
      const { held, isAnnounced, history } = row(destinationId, address);
      return { ...(held !== undefined && { suppression: held }), isAnnounced, history };
    },
    list: async (destinationId) => ({
      readable: [...rows]
        .filter(([key]) => key.startsWith(`${destinationId} `))
        .map(([, { held }]) => held)
        .filter((held) => held !== undefined),
      unreadable: [],
    }),
    add: async (suppression) => {
      await Promise.resolve();
      const { destination_id: id, address, ...entry } = suppression;
      const one = row(id, address);
      if (one.held !== undefined) return 'already';
      one.held = { ...suppression, address: address.toLowerCase() };
      one.isAnnounced = false;
      one.history.push({ action: 'added', ...entry });
      return 'added';
    },
    remove: async (destinationId, address, change) => {
      const one = row(destinationId, address);
      if (one.held === undefined) return 'not-there';
      delete one.held;
      one.isAnnounced = false;
      one.soft.clear();
      one.history.push(change);
      return 'removed';
    },
    markAnnounced: async (destinationId, address) => {
      const one = row(destinationId, address);
      if (one.held !== undefined) one.isAnnounced = true;
    },
    countSoftBounce: async ({ destinationId, address, eventId, at }) => {
      const { soft } = row(destinationId, address);
      if (!soft.has(eventId)) soft.set(eventId, at);
      return [...soft.values()];
    },
  };
}

export function aMailDestination(changes: Partial<EmailDestination> = {}): EmailDestination {
  return {
    id: 'dst_oncall',
    name: 'on call',
    channel: 'email',
    recipients: [
      { address: 'ana@example.com', role: 'it_admin' },
      { address: 'Ben@example.com', role: 'executive' },
    ],
    isEnabled: true,
    version: 1,
    createdAt: '2026-11-01T00:00:00.000Z',
    updatedAt: '2026-11-01T00:00:00.000Z',
    ...changes,
  };
}

/** An alert queue that keeps what it was given, each alert once: as the router would see it. */
export function memoryAlerts() {
  const enqueued: AcceptedAlerts[] = [];
  return {
    enqueue: async (accepted: AcceptedAlerts) => void enqueued.push(accepted),
    enqueued,
    distinct: () => [
      ...new Map(enqueued.flatMap(({ alerts }) => alerts).map((alert) => [alert.id, alert])).values(),
    ],
  };
}
