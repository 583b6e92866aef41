import { memoryDeliveries } from './memory-deliveries.ts';
import { endpointGate } from '../../../functions/core/deliver/webhook/endpoint/gate.ts';
import {
  changed,
  type EndpointHealthStore,
  type WrittenHealth,
} from '../../../functions/core/deliver/webhook/endpoint/health.ts';
import type { DeliverPorts } from '../../../functions/core/deliver/deliver.ts';
import type { AcceptedAlerts } from '../../../functions/core/model/wire/accepted-alerts.ts';
import type { DeliveryMessage } from '../../../functions/core/model/wire/delivery.ts';
import type { Destination } from '../../../functions/core/model/config/destination.ts';

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
 * The outside world of a delivery in memory. What a row grants, and what changes an endpoint's health, say the rules of the core.
 *
 * `calls` tells every write in its order, in words. A name in `broken` makes that write throw, after it was told.
 */
export function memoryPorts(destinations: Destination[], { fraction = 0.5 } = {}) {
  const clock = { at: Date.parse(NOW), now: () => clock.at };
  const calls: string[] = [];
  const broken = new Set<string>();
  const deliveries = memoryDeliveries(clock);
  const health = new Map<string, WrittenHealth>();
  const handedOver: DeliveryMessage[] = [];
  const later: { message: DeliveryMessage; delaySeconds: number }[] = [];
  const dead: { message: DeliveryMessage; reason: string; detail: string }[] = [];
  const raised: AcceptedAlerts[] = [];
  /** What would run after a while. */
  const timers = new Set<{ ms: number; run: () => void }>();
  const told = (name: string, what: string) => {
    calls.push(`${name} ${what}`.trim());
    if (broken.has(name)) throw new Error(`${name} is down`);
  };

  const ports: DeliverPorts = {
    clock,
    random: { fraction: () => fraction },
    destinations: { find: async (id) => destinations.find((destination) => destination.id === id) },
    deliveries: {
      claim: async (message, leaseUntil) => {
        told('claim', String(message.attempt));
        return deliveries.log.claim(message, leaseUntil);
      },
      record: async (delivery, attempt, state) => {
        told('record', state);
        return deliveries.log.record(delivery, attempt, state);
      },
      defer: async (message, wait, claimed) => {
        told('defer', wait.reason);
        return deliveries.log.defer(message, wait, claimed);
      },
      suppress: async (message, reason) => {
        told('suppress', `${message.delivery_id} ${reason ?? ''}`);
        return deliveries.log.suppress(message, reason);
      },
    },
    retries: {
      sendLater: async (message, delaySeconds) => {
        told('later', String(message.attempt));
        later.push({ message, delaySeconds });
      },
      handOver: async (message) => {
        told('hand-over', String(message.attempt));
        handedOver.push(message);
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
  return {
    ports,
    gate,
    clock,
    calls,
    broken,
    rows: deliveries.rows,
    health,
    later,
    handedOver,
    dead,
    raised,
    timers,
    destinations,
  };
}
