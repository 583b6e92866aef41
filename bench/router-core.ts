import { encodeMessageBody } from '../functions/adapters/sqs/message-body.ts';
import type { Alert } from '../functions/core/model/wire/alert.ts';
import type { RoutingConfiguration } from '../functions/core/route/ports.ts';
import { routeAccepted, type RoutePorts } from '../functions/core/route/route-accepted.ts';

/** How much was encoded, so that nothing of it can be left out as unused. */
export const encoded = { bytes: 0 };

/** The router's ports with this configuration; what is sent and stored is encoded as in truth, and dropped. */
export function routerWith(configuration: RoutingConfiguration): RoutePorts {
  return {
    routingTable: { load: async () => configuration },
    store: {
      stored: async () => new Set(),
      put: async (alerts) => void (encoded.bytes += JSON.stringify(alerts).length),
    },
    systemAlerts: { firstOf: async (alert) => alert, watch: async () => undefined },
    deliveries: {
      enqueue: async (messages) => {
        for (const message of messages) encoded.bytes += encodeMessageBody(message).length;
      },
    },
    alerts: { enqueue: async () => undefined },
    clock: { now: () => Date.now() },
  };
}

/**
 * Routes each batch as one message.
 *
 * @returns microseconds of CPU in all, and what became of each alert
 */
export async function routed(ports: RoutePorts, batches: Alert[][]) {
  const before = process.cpuUsage();
  const all = [];
  for (const [at, alerts] of batches.entries()) {
    const accepted = { schema_version: '1' as const, request_id: String(at), alerts };
    const message = { messageId: String(at), accepted, receives: 1, isRepeat: false };
    const batch = await routeAccepted([message], () => true, ports);
    all.push(...batch.routed);
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: user + system, alerts: all };
}
