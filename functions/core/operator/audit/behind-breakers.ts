import { breakerState } from '../../model/wire/endpoint-health.ts';
import type { Delivery } from '../../model/wire/delivery.ts';
import { LONGEST_WAIT_MS } from '../../deliver/waits.ts';
import { OVERDUE_AFTER_MS } from '../../watch/judge-delivery.ts';
import type { AuditedAlert, Problem } from './judge-alert.ts';
import type { AuditRecords } from './ports.ts';

/** The findings of a delivery that waits for a breaker: its message holds the waits, and its row is as old as they are. */
const LOOK_LATE: ReadonlySet<Problem | undefined> = new Set(['past-due', 'no-record']);

/**
 * Takes the problem from deliveries that look late and wait for a breaker that is not closed, as long as one may wait for
 * it. Endpoints are asked about only where something looks late, each once.
 */
export function behindBreakers(
  records: Pick<AuditRecords, 'endpoints'>,
  nowMs: number,
): (alerts: readonly AuditedAlert[]) => Promise<readonly AuditedAlert[]> {
  const asked = new Map<string, boolean>();
  const ask = async (destinationIds: readonly string[]): Promise<void> => {
    const unknown = [...new Set(destinationIds)].filter((id) => !asked.has(id));
    if (unknown.length === 0) return;
    const endpoints = await records.endpoints(unknown);
    for (const id of unknown) asked.set(id, breakerState(endpoints.get(id), nowMs) !== 'closed');
  };
  const mayWait = ({ created_at: createdAt }: Delivery) =>
    nowMs < Date.parse(createdAt) + LONGEST_WAIT_MS + OVERDUE_AFTER_MS;
  return async (alerts) => {
    const late = alerts
      .flatMap(({ deliveries }) => deliveries)
      .filter(({ problem, delivery }) => LOOK_LATE.has(problem) && mayWait(delivery));
    if (late.length === 0) return alerts;
    await ask(late.map(({ delivery }) => delivery.destination_id));
    const waiting = new Set(late.filter(({ delivery }) => asked.get(delivery.destination_id)));
    return alerts.map((alert) => ({
      ...alert,
      deliveries: alert.deliveries.map((one) =>
        waiting.has(one) ? { delivery: one.delivery, standing: one.standing } : one,
      ),
    }));
  };
}
