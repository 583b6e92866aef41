import type { Alert } from '../model/wire/alert.ts';
import type { Destination } from '../model/config/destination.ts';
import type { Severity } from '../model/wire/severity.ts';
import { certificateExpires } from '../system-alerts/certificate-expires.ts';
import { raised } from '../system-alerts/raise.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { AlertStore, RoutingTable } from '../route/ports.ts';
import type { Clock } from '../world.ts';

const DAY_MS = 86_400_000;

/** Days before the end of a client certificate at which its owner is told, and how loudly. */
const WARNINGS: readonly { days: number; severity: Severity }[] = [
  { days: 1, severity: 'critical' },
  { days: 7, severity: 'high' },
  { days: 30, severity: 'medium' },
];

export type WatchCertificatesPorts = {
  routingTable: Pick<RoutingTable, 'load'>;
  store: Pick<AlertStore, 'stored'>;
  alerts: AlertQueue;
  clock: Clock;
  tenantId: string;
};

/**
 * Warns 30, 7 and 1 days before the client certificate of an mTLS destination ends, once each.
 *
 * A warning's id follows from destination, certificate and threshold: one that is stored was given. Unlike other
 * alerts about a destination, it goes there too: the certificate still works.
 */
export async function watchCertificates(ports: WatchCertificatesPorts): Promise<Alert[]> {
  const { destinations } = await ports.routingTable.load();
  const due = destinations.flatMap((destination) =>
    warningsDue(destination, ports.clock.now(), ports.tenantId),
  );
  if (due.length === 0) {
    return [];
  }
  const stored = await ports.store.stored(due.map(({ id }) => id));
  const fresh = due.filter(({ id }) => !stored.has(id));
  if (fresh.length > 0) {
    await ports.alerts.enqueue(raised(fresh));
  }
  return fresh;
}

/** The latest warning that is due. A warning that was missed is not made up for. */
function warningsDue(destination: Destination, nowMs: number, tenantId: string): Alert[] {
  if (destination.channel !== 'webhook' || destination.auth.type !== 'mtls' || !destination.isEnabled) {
    return [];
  }
  const { notAfter } = destination.auth;
  if (notAfter === undefined) {
    return [];
  }
  const daysLeft = (Date.parse(notAfter) - nowMs) / DAY_MS;
  const warning = WARNINGS.find(({ days }) => daysLeft <= days);
  return warning === undefined
    ? []
    : [certificateExpires(destination, { notAfter, daysLeft, warning }, { nowMs, tenantId })];
}
