import type { AlertStatus } from './alert.ts';
import type { DeliveryMessage } from './delivery.ts';
import type { Severity } from './severity.ts';
import type { SilencedBy } from './silenced.ts';

/**
 * What a silence kept from a destination, or let pass, as the summary at its end needs it: one entry for each delivery.
 *
 * What ends an alert is noted too, though it was told: without it the alert would count as one that still fires.
 */
export type SilencedEntry = {
  silenceId: string;
  destinationId: string;
  deliveryId: string;
  alertId: string;
  /** Names the condition: the same source and dedup key is the same. */
  sourceId: string;
  dedupKey: string;
  sourceName: string;
  title: string;
  severity: Severity;
  status: AlertStatus;
  receivedAt: string;
  isTold: boolean;
};

export function silencedEntry(
  { delivery_id: deliveryId, destination_id: destinationId, alert }: DeliveryMessage,
  { id: silenceId }: SilencedBy,
  { isTold }: { isTold: boolean },
): SilencedEntry {
  return {
    silenceId,
    destinationId,
    deliveryId,
    alertId: alert.id,
    sourceId: alert.source.id,
    dedupKey: alert.dedup_key,
    sourceName: alert.source.name,
    title: alert.title,
    severity: alert.severity,
    status: alert.status,
    receivedAt: alert.received_at,
    isTold,
  };
}
