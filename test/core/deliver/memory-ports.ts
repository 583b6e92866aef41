import { isGranted, isHeld } from '../../../functions/core/deliver/claim.ts';
import { endpointGate } from '../../../functions/core/deliver/webhook/endpoint/gate.ts';
import {
  changed,
  type EndpointHealthStore,
  type WrittenHealth,
} from '../../../functions/core/deliver/webhook/endpoint/health.ts';
import type { DeliverPorts } from '../../../functions/core/deliver/deliver.ts';
import type { AcceptedAlerts } from '../../../functions/core/model/wire/accepted-alerts.ts';
import type { Delivery, DeliveryMessage } from '../../../functions/core/model/wire/delivery.ts';
import type { Destination } from '../../../functions/core/model/config/destination.ts';
import type { Claim } from '../../../functions/core/deliver/ports.ts';

/** When nothing else is said it is this late. */
export const NOW = '2026-01-15T15:00:00.000Z';

/** How `calls` tells of a change of an endpoint's health. */
const CALLS = {
  failure: 'count-failure',
  'first-failure': 'count-failure',
  open: 'open',
  probe: 'probe',
  close: 'close',
  slow: 'slow',
  fast: 'fast',
} as const;

/**
 * The outside world of a delivery in memory. Who is granted a claim, and what changes an endpoint's health, say the rules of the core.
 *
 * `calls` tells every write in its order, in words. A name in `broken` makes that write throw, after it was told.
 */
export function memoryPorts(destinations: Destination[], { fraction = 0.5 } = {}) {
  const clock = { at: Date.parse(NOW), now: () => clock.at };
  const calls: string[] = [];
  const broken = new Set<string>();
  const rows = new Map<string, Delivery>();
  const claims = new Map<string, number>();
  const health = new Map<string, WrittenHealth>();
  const later: { message: DeliveryMessage; delaySeconds: number }[] = [];
  const dead: { message: DeliveryMessage; reason: string; detail: string }[] = [];
  const raised: AcceptedAlerts[] = [];
  /** What would run after a while. */
  const timers = new Set<{ ms: number; run: () => void }>();
  const told = (name: string, what: string) => {
    calls.push(`${name} ${what}`.trim());
    if (broken.has(name)) throw new Error(`${name} is down`);
  };

  function claimOf(message: DeliveryMessage, leaseUntil: string): Claim {
    const row = rows.get(message.delivery_id);
    const now = new Date(clock.at).toISOString();
    if (row !== undefined && !isGranted(row, message, now)) {
      return isHeld(row, message, now) ? { claim: 'busy' } : { claim: 'settled', state: row.state };
    }
    const delivery: Delivery = {
      id: message.delivery_id,
      alert_id: message.alert_id,
      destination_id: message.destination_id,
      channel: message.channel,
      created_at: message.created_at,
      attempts: row?.attempts ?? [],
      state: 'sending',
      attempt: message.attempt,
      round: message.round,
      lease_until: leaseUntil,
      updated_at: now,
      ...(message.deferrals !== undefined && { deferrals: message.deferrals }),
    };
    rows.set(delivery.id, delivery);
    const count = (claims.get(delivery.id) ?? 0) + 1;
    claims.set(delivery.id, count);
    return { claim: 'granted', delivery, claims: count };
  }

  const ports: DeliverPorts = {
    clock,
    random: { fraction: () => fraction },
    destinations: { find: async (id) => destinations.find((destination) => destination.id === id) },
    deliveries: {
      claim: async (message, leaseUntil) => {
        told('claim', String(message.attempt));
        return claimOf(message, leaseUntil);
      },
      record: async (delivery, attempt, state) => {
        told('record', state);
        claims.delete(delivery.id);
        const { lease_until: _, deferrals: _times, ...row } = delivery;
        rows.set(delivery.id, {
          ...row,
          state,
          attempts: [...delivery.attempts, attempt],
          ...(attempt.reason !== undefined && { reason: attempt.reason }),
        });
      },
      defer: async (message, { reason, dueAt }, claimed) => {
        told('defer', reason);
        const row = rows.get(message.delivery_id);
        if (claimed !== undefined && row?.lease_until !== claimed.lease_until) return;
        if (claimed === undefined && claimOf(message, '').claim !== 'granted') return;
        claims.delete(message.delivery_id);
        const held = rows.get(message.delivery_id);
        if (held === undefined) return;
        const { lease_until: _, ...rest } = held;
        rows.set(held.id, {
          ...rest,
          state: 'pending',
          reason,
          due_at: dueAt,
          ...(message.deferrals !== undefined && { deferrals: message.deferrals }),
          ...(message.deferred_since !== undefined && { deferred_since: message.deferred_since }),
        });
      },
      suppress: async (message, reason) => told('suppress', `${message.delivery_id} ${reason ?? ''}`),
    },
    retries: {
      sendLater: async (message, delaySeconds) => {
        told('later', String(message.attempt));
        later.push({ message, delaySeconds });
      },
      deadLetter: async (message, reason, detail) => {
        told('dead-letter', reason);
        dead.push({ message, reason, detail });
      },
    },
    alerts: {
      enqueue: async (accepted) => {
        told('alert', accepted.alerts.map(({ type }) => type).join(' '));
        raised.push(accepted);
      },
    },
  };
  const store: EndpointHealthStore = {
    find: async (id) => health.get(id),
    recall: (id) => health.get(id),
    change: async (id, change) => {
      const isTimed = change.change === 'open' || change.change === 'slow';
      told(CALLS[change.change], isTimed ? new Date(change.untilMs).toISOString() : id);
      const after = changed(health.get(id), change, clock.at);
      if (after !== undefined) health.set(id, after);
      return after;
    },
  };
  const gate = endpointGate({
    health: store,
    pauses: { pause: async ({ id }, because) => told('pause', `${id} ${because}`) },
    timer: {
      after: (ms, run) => {
        const entry = { ms, run };
        timers.add(entry);
        return () => timers.delete(entry);
      },
    },
    clock,
    random: ports.random,
  });
  return { ports, gate, clock, calls, broken, rows, health, later, dead, raised, timers, destinations };
}
