import { isTestAlert } from '../../model/wire/alert.ts';
import type { RoutedAlert } from '../../model/wire/accepted-alerts.ts';
import type { Delivery } from '../../model/wire/delivery.ts';
import { isTaken, sentDelivery } from '../../model/wire/watched.ts';
import {
  type AuditedAlert,
  type AuditedDelivery,
  judgeAlert,
  judgeUnwritten,
  judgeWritten,
  ownAlert,
} from './judge-alert.ts';
import type { AuditRecords, SentDelivery, Window } from './ports.ts';

/** System alerts and tests: those that wait for a router, and those that are stored, some at a time. */
export async function* ownAlerts(
  records: AuditRecords,
  window: Window,
  nowMs: number,
): AsyncGenerator<AuditedAlert[]> {
  const raised = await records.raised(window);
  const known = await records.alerts(raised.map(({ id }) => id));
  const missing = raised.filter(({ id }) => !known.has(id));
  if (missing.length > 0) yield missing.map((alert) => judgeAlert(ownAlert(alert), undefined, nowMs));
  // A router may store one of them between the two readings.
  const counted = new Set(missing.map(({ id }) => id));
  for await (const ids of records.ownAlerts(window)) {
    const stored = await records.alerts(ids.filter((id) => !counted.has(id)));
    yield [...stored.values()].map((one) => judgeAlert(ownAlert(one.routed.alert), one, nowMs));
  }
}

/**
 * The deliveries that operators sent to destinations that the router had not chosen, and those of all they sent that are late.
 *
 * A delivery that the router planned, a test, and the message of a digest are counted where their alerts are. Only when
 * such a message is late it is named here, because the row tells how an earlier round ended.
 */
export async function* sentByOperators(
  records: AuditRecords,
  window: Window,
  nowMs: number,
): AsyncGenerator<{ beyondPlan: AuditedAlert[]; late: AuditedAlert[] }> {
  for await (const page of records.sent(window)) {
    const [stored, rows] = await Promise.all([
      records.alerts([...new Set(page.map(({ sent }) => sent.alertId))]),
      records.rows(
        page.map(({ sent: { message } }) => ({ alertId: message.alert_id, deliveryId: message.delivery_id })),
      ),
    ]);
    const beyondPlan: AuditedAlert[] = [];
    const late: AuditedAlert[] = [];
    for (const one of page) {
      const { message, alertId } = one.sent;
      const routed = stored.get(alertId)?.routed;
      const judged = judgeSent(one, rows.get(message.delivery_id), nowMs);
      const replayed = replayedAlert(one, routed, judged);
      if (!isCountedElsewhere(one, routed)) beyondPlan.push(replayed);
      else if (judged.problem === 'past-due' && one.isOpen) late.push(replayed);
    }
    yield { beyondPlan, late };
  }
}

function isCountedElsewhere({ sent: { message, alertId } }: SentDelivery, routed?: RoutedAlert): boolean {
  return (
    message.alert_id !== alertId ||
    (routed !== undefined &&
      (isTestAlert(routed.alert) || routed.deliveries.some(({ id }) => id === message.delivery_id)))
  );
}

/** A message that no worker took, and that is no longer watched, was refused: the state in the row stands. */
function judgeSent(
  { sent, isOpen }: SentDelivery,
  row: Delivery | undefined,
  nowMs: number,
): AuditedDelivery {
  if (row !== undefined && (isTaken(sent, row) || !isOpen)) return judgeWritten(row, nowMs);
  return isOpen ? judgeWritten(sentDelivery(sent), nowMs) : judgeUnwritten(sentDelivery(sent), nowMs);
}

function replayedAlert(
  { sent }: SentDelivery,
  routed: RoutedAlert | undefined,
  judged: AuditedDelivery,
): AuditedAlert {
  return {
    alertId: sent.alertId,
    kind: 'replay',
    ...(routed?.request_id !== undefined && { requestId: routed.request_id }),
    sourceId: routed?.alert.source.id ?? '',
    receivedAt: sent.at,
    standing: 'routed',
    deliveries: [judged],
  };
}
