import { isTestAlert, type Alert } from '../../model/wire/alert.ts';
import type { AcceptedRequest } from '../../model/wire/accepted-request.ts';
import type { RoutedAlert } from '../../model/wire/accepted-alerts.ts';
import { plannedDelivery, type Delivery } from '../../model/wire/delivery.ts';
import { judgeDelivery, OVERDUE_AFTER_MS } from '../../watch/judge-delivery.ts';

/** The five ends and waits that an accepted alert can have at a destination; together they are all of them. */
export const STANDINGS = ['delivered', 'digested', 'suppressed', 'pending', 'dead'] as const;
export type Standing = (typeof STANDINGS)[number];

/**
 * Where an alert stands before any destination: the router's decision, or what is known without one. `repeated`: another
 * request brought the same news, and it is counted there.
 */
export type AlertStanding = 'routed' | 'nobody' | 'repeated' | 'waiting' | 'dead' | 'lost';

/**
 * The problems of an alert or a delivery that does not add up.
 *
 * - `lost`: accepted, and neither stored nor in any queue.
 * - `not-routed`: accepted, and no router has stored it in time.
 * - `no-record`: planned, and its time is over without any row that tells of it.
 * - `past-due`: pending, and its time is over.
 * - `lease-over`: an attempt was begun, and its worker is gone.
 * - `unknown-state`: its row says what this version does not know.
 * - `digest-without-mail`: it joined a digest whose end is over, and nothing tells of a message.
 */
export type Problem =
  | 'lost'
  | 'not-routed'
  | 'no-record'
  | 'past-due'
  | 'lease-over'
  | 'unknown-state'
  | 'digest-without-mail';

export type AuditedDelivery = {
  delivery: Delivery;
  standing: Standing | 'unknown';
  problem?: Problem;
};

/** Why somebody is owed an alert: a sender's request, Tocsin itself, or an operator. */
export type AuditedKind = 'accepted' | OwnKind;
/** The kinds of alerts without a request. */
export const OWN_KINDS = ['system-alert', 'test', 'replay'] as const;
export type OwnKind = (typeof OWN_KINDS)[number];

/** The facts of an alert before its records are read. */
export type Owed = {
  alertId: string;
  kind: AuditedKind;
  requestId?: string;
  sourceId: string;
  receivedAt: string;
};

/** One alert, and where it stands at each destination that is owed it. */
export type AuditedAlert = Owed & {
  standing: AlertStanding;
  problem?: Problem;
  deliveries: AuditedDelivery[];
};

export function acceptedAlert(alertId: string, { requestId, sourceId, receivedAt }: AcceptedRequest): Owed {
  return { alertId, kind: 'accepted', requestId, sourceId, receivedAt };
}

/** An alert that Tocsin raised itself, or a test by an operator. */
export function ownAlert(alert: Alert): Owed {
  const kind = isTestAlert(alert) ? 'test' : 'system-alert';
  return { alertId: alert.id, kind, sourceId: alert.source.id, receivedAt: alert.received_at };
}

/** How an alert stands, by what is stored of it. */
export function judgeAlert(
  owed: Owed,
  stored: { routed: RoutedAlert; rows: readonly Delivery[] } | undefined,
  nowMs: number,
  isLost = false,
): AuditedAlert {
  if (stored === undefined) {
    const isLate = nowMs > Date.parse(owed.receivedAt) + OVERDUE_AFTER_MS;
    return {
      ...owed,
      standing: isLost ? 'lost' : 'waiting',
      ...(isLost ? { problem: 'lost' as const } : isLate && { problem: 'not-routed' as const }),
      deliveries: [],
    };
  }
  const { routed, rows } = stored;
  const { requestId } = owed;
  if (requestId !== undefined && routed.request_id !== undefined && routed.request_id !== requestId) {
    return { ...owed, standing: 'repeated', deliveries: [] };
  }
  const byId = new Map(rows.map((row) => [row.id, row]));
  const deliveries = routed.deliveries.map((one) => {
    const row = byId.get(one.id);
    return row === undefined ? judgeUnwritten(plannedDelivery(one, routed), nowMs) : judgeWritten(row, nowMs);
  });
  return {
    ...owed,
    standing: routed.routing === 'unrouted' ? 'nobody' : routed.routing,
    deliveries,
  };
}

/** One that has no row. */
export function judgeUnwritten(delivery: Delivery, nowMs: number): AuditedDelivery {
  const isOverdue = judgeDelivery(delivery, nowMs).standing === 'overdue';
  return { delivery, standing: 'pending', ...(isOverdue && { problem: 'no-record' as const }) };
}

/** A delivery by its row. */
export function judgeWritten(delivery: Delivery, nowMs: number): AuditedDelivery {
  if (delivery.state === 'sending') {
    const isOver = nowMs > Date.parse(delivery.lease_until ?? delivery.updated_at);
    return { delivery, standing: 'pending', ...(isOver && { problem: 'lease-over' as const }) };
  }
  if (delivery.state === 'pending') {
    const isOverdue = judgeDelivery(delivery, nowMs).standing === 'overdue';
    return { delivery, standing: 'pending', ...(isOverdue && { problem: 'past-due' as const }) };
  }
  const standing = STANDINGS.find((known) => known === delivery.state);
  return standing === undefined
    ? { delivery, standing: 'unknown', problem: 'unknown-state' }
    : { delivery, standing };
}
