import { hasComeBack } from '../../model/wire/mail-state.ts';
import { CANARY_DESTINATION_ID } from '../../model/config/canary.ts';
import type { Delivery } from '../../model/wire/delivery.ts';
import {
  type AlertStanding,
  type AuditedAlert,
  type AuditedDelivery,
  type AuditedKind,
  OWN_KINDS,
  type OwnKind,
  type Owed,
  type Problem,
  type Standing,
} from './judge-alert.ts';
import type { Window } from './ports.ts';

/** How many alerts one destination was owed, and how they stand; the five of them make the first. */
export type DestinationSum = Record<Standing, number> & {
  accepted: number;
  /** Of the delivered: mails that the mail service took and could not hand over, so that they reached no reader. */
  cameBack: number;
  /** Of the digested: in a digest that was given up, so that they reached no reader. */
  digestedDead: number;
  /** Of the digested: in a digest whose mail came back. */
  digestedCameBack: number;
};

/** Alerts, and where they stand; the others make the first. */
type AlertSum = Record<AlertStanding, number> & { accepted: number };

/** The sums of alerts without a request, over all destinations. */
type OwnSum = { alerts: AlertSum; deliveries: DestinationSum };

/** One thing that does not add up, so that an operator can ask `why`. */
export type Finding = {
  problem: Problem;
  kind: AuditedKind;
  alertId: string;
  /** Absent where no request stands behind it. */
  requestId?: string;
  sourceId: string;
  receivedAt: string;
  destinationId?: string;
  recipient?: string;
  deliveryId?: string;
  digestId?: string;
  /** How many alerts it is about, where one line stands for those of a digest. */
  alerts: number;
};

export type Audit = Window & {
  requests: number;
  /** Canaries, which are in no other number: so many were accepted, so many were delivered to their receiver. */
  canaries: { accepted: number; delivered: number };
  /** The alerts that senders were told are accepted. */
  alerts: AlertSum;
  /** By destination id; of what was accepted. */
  destinations: Map<string, DestinationSum>;
  /** Beside that, a sum of its own for each; nothing is in two of them. */
  own: Record<OwnKind, OwnSum>;
  /** The first of them, in the order of the requests. */
  findings: Finding[];
  /** All of them, also those that are not kept. */
  findingCount: number;
};

/** Findings that are kept by name. More of them than this have one cause. */
const KEPT_FINDINGS = 10_000;

export function emptyAudit(window: Window): Audit {
  const own = OWN_KINDS.map((kind) => [kind, { alerts: noAlerts(), deliveries: nothingOwed() }]);
  return {
    since: window.since,
    until: window.until,
    requests: 0,
    canaries: { accepted: 0, delivered: 0 },
    alerts: noAlerts(),
    destinations: new Map(),
    own: Object.fromEntries(own) as Audit['own'],
    findings: [],
    findingCount: 0,
  };
}

const noAlerts = (): AlertSum => ({
  accepted: 0,
  routed: 0,
  nobody: 0,
  repeated: 0,
  waiting: 0,
  dead: 0,
  lost: 0,
});

const nothingOwed = (): DestinationSum => ({
  accepted: 0,
  delivered: 0,
  digested: 0,
  suppressed: 0,
  pending: 0,
  dead: 0,
  cameBack: 0,
  digestedDead: 0,
  digestedCameBack: 0,
});

/** Counts an alert; `onDelivery` is shown each of its deliveries, with the sum that it is in. */
export function count(
  alert: AuditedAlert,
  audit: Audit,
  onDelivery: (delivery: Delivery, sum: DestinationSum) => void,
): void {
  const alerts = alert.kind === 'accepted' ? audit.alerts : audit.own[alert.kind].alerts;
  alerts.accepted += 1;
  alerts[alert.standing] += 1;
  if (alert.problem !== undefined) note({ ...named(alert), problem: alert.problem, alerts: 1 }, audit);
  for (const { delivery, standing, problem } of alert.deliveries) {
    const sum = sumOf(alert.kind, delivery, audit);
    sum.accepted += 1;
    if (standing !== 'unknown') sum[standing] += 1;
    if (hasComeBack(delivery)) sum.cameBack += 1;
    noteProblem(alert, { delivery, standing, ...(problem !== undefined && { problem }) }, audit);
    onDelivery(delivery, sum);
  }
}

function sumOf(kind: AuditedKind, { destination_id: id }: Delivery, audit: Audit): DestinationSum {
  if (kind !== 'accepted') return audit.own[kind].deliveries;
  const known = audit.destinations.get(id);
  if (known !== undefined) return known;
  const sum = nothingOwed();
  audit.destinations.set(id, sum);
  return sum;
}

/** Notes the problem of a delivery, where it has one. */
export function noteProblem(owed: Owed, { delivery, problem }: AuditedDelivery, audit: Audit): void {
  if (problem !== undefined) note({ ...named(owed, delivery), problem, alerts: 1 }, audit);
}

/** The names under which a finding is told: its alert, and its delivery where it is about one. */
export function named(
  { alertId, kind, requestId, sourceId, receivedAt }: Owed,
  delivery?: Delivery,
): Omit<Finding, 'problem' | 'alerts'> {
  return {
    alertId,
    kind,
    ...(requestId !== undefined && { requestId }),
    sourceId,
    receivedAt,
    ...(delivery !== undefined && {
      destinationId: delivery.destination_id,
      deliveryId: delivery.id,
      ...(delivery.recipient !== undefined && { recipient: delivery.recipient }),
    }),
  };
}

/** Counts a finding, and keeps it while there is room. */
export function note(finding: Finding, audit: Audit): void {
  audit.findingCount += 1;
  if (audit.findings.length < KEPT_FINDINGS) audit.findings.push(finding);
}

/** Canaries are evidence that the way was open, and nothing that anybody entrusted to us. */
export function countCanaries(alerts: readonly AuditedAlert[], { canaries }: Audit): void {
  for (const { deliveries } of alerts) {
    canaries.accepted += 1;
    const isReceived = deliveries.some(
      ({ delivery, standing }) =>
        delivery.destination_id === CANARY_DESTINATION_ID && standing === 'delivered',
    );
    if (isReceived) canaries.delivered += 1;
  }
}
