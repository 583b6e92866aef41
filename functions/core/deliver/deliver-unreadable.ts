import type { Attempt, DeliveryMessage } from '../model/wire/delivery.ts';
import type { Destination } from '../model/config/destination.ts';
import { isSystemAlert } from '../model/wire/alert.ts';
import { UnreadableConfigError, unreadableConfigAlert } from '../model/config/unreadable-config.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { Clock } from '../world.ts';
import type { DeliveryLog, RetryQueue } from './ports.ts';
import type { DeliveryReport } from './deliver.ts';

const REASON = 'configuration-unreadable';

type Ports = {
  log: DeliveryLog;
  retries: RetryQueue;
  alerts: AlertQueue;
  clock: Clock;
  leaseMs: number;
  /** When the message was sent, as its queue says. */
  sentAtMs: number;
};

/**
 * Ends a delivery whose destination, or the secret of it, is there and cannot be read: a dead letter, which can be
 * sent again when the configuration is mended, and a system alert to the other destinations.
 *
 * The order is that of every attempt that fails for good: claim, dead letter, alert, record. `undefined`: another
 * worker holds the claim.
 */
export async function endUnreadable(
  message: DeliveryMessage,
  error: UnreadableConfigError,
  ports: Ports,
): Promise<DeliveryReport | undefined> {
  const nowMs = ports.clock.now();
  const claim = await ports.log.claim(message, new Date(nowMs + ports.leaseMs).toISOString());
  if (claim.claim === 'busy') return undefined;
  if (claim.claim === 'settled') return { result: 'settled' };
  if (message.is_test !== true) {
    await ports.retries.deadLetter(message, REASON, error.message);
    if (!isSystemAlert(message.alert)) {
      await raise(message, error, ports);
    }
  }
  const attempt: Attempt = {
    number: message.attempt,
    started_at: new Date(nowMs).toISOString(),
    duration_ms: 0,
    outcome: 'failed',
    reason: REASON,
    detail: error.message,
    destination_version: 0,
  };
  await ports.log.record(claim.delivery, attempt, 'dead');
  return { result: 'dead', reason: REASON, durationMs: 0 };
}

/** What the router planned while it could not see which channel the destination is of, or whom it writes to. */
export function plannedBlindly({ alert_id: alertId }: DeliveryMessage, { name }: Destination): Error {
  return new UnreadableConfigError(
    `this delivery was planned while the destination could not be read, and names no recipient or another channel; send the alert instead: tocsin replay --alert ${alertId} --destination ${name}`,
  );
}

async function raise(
  { destination_id: id, alert }: DeliveryMessage,
  error: UnreadableConfigError,
  { sentAtMs, alerts }: Ports,
): Promise<void> {
  // Of a secret or a suppression, too, the destination is what an operator knows, and what is told to the others.
  const item = {
    kind: 'destination',
    id,
    ...(error.item?.kind === 'destination' && error.item.name !== undefined && { name: error.item.name }),
    problem: error.item?.kind === 'destination' ? error.item.problem : error.message,
  } as const;
  await alerts.enqueue({
    schema_version: '1',
    request_id: 'system',
    alerts: [unreadableConfigAlert(item, sentAtMs, alert.tenant_id)],
    is_repeat: true,
  });
}
