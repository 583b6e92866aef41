import { boundedMap } from '../../bounded-map.ts';
import { chunks } from '../../chunks.ts';
import { alertIdsOf, type AcceptedRequest } from '../../model/wire/accepted-request.ts';
import type { Delivery } from '../../model/wire/delivery.ts';
import { OVERDUE_AFTER_MS } from '../../watch/judge-delivery.ts';
import { joinedDigest } from '../../model/wire/joined-digest.ts';
import { judgeAlert, judgeWritten, type AuditedAlert, type Problem, type Standing } from './judge-alert.ts';
import type { AuditRecords } from './ports.ts';

/** How many accepted alerts one destination was owed, and how they stand; the five of them make the first. */
export type DestinationSum = Record<Standing, number> & {
  accepted: number;
  /** Of the digested: in a digest that was given up, so that they reached nobody. */
  digestedDead: number;
};

/** One thing that does not add up, so that an operator can ask `why`. */
export type Finding = {
  problem: Problem;
  alertId: string;
  requestId: string;
  sourceId: string;
  receivedAt: string;
  destinationId?: string;
  recipient?: string;
  deliveryId?: string;
  digestId?: string;
  /** How many alerts it is about, where one line stands for those of a digest. */
  alerts: number;
};

export type Audit = {
  since: string;
  until: string;
  requests: number;
  /** Accepted alerts, and where they stand: the others make the first. */
  alerts: { accepted: number; routed: number; nobody: number; waiting: number; dead: number; lost: number };
  /** By destination id. */
  destinations: Map<string, DestinationSum>;
  /** The first of them, in the order of the requests. */
  findings: Finding[];
  /** All of them, also those that are not kept. */
  findingCount: number;
};

/** Findings that are kept by name; whoever has more has one cause. */
const KEPT_FINDINGS = 10_000;
const ALERTS_AT_ONCE = 100;
/** Groups of alerts that are read at the same time: enough to be waiting for AWS and not for ourselves. */
const GROUPS_AT_ONCE = 8;
/** A digest can join a storm; nothing joins anything beyond that. */
const DEEPEST_DIGEST = 3;

type JoinedDigest = {
  closesAt: string;
  destinationId: string;
  first: AuditedAlert;
  of: Delivery;
  alerts: number;
};

/**
 * Adds up what became of every alert that was answered with a 202 in a window, page by page: what is kept in memory
 * does not grow with the alerts, only with destinations, digests and findings.
 *
 * It costs one read of each request, of each alert and of each delivery's row; a day of 1,000,000 alerts with one
 * delivery each is some 20,000 calls (docs/audit.md).
 *
 * @param onPage is shown every alert once, some at a time
 */
export async function audit(
  { since, until, destinationId }: { since: string; until: string; destinationId?: string },
  records: AuditRecords,
  nowMs: number,
  onPage: (alerts: readonly AuditedAlert[]) => Promise<void> = async () => {},
): Promise<Audit> {
  const lost = await records.lostRequests();
  const result: Audit = {
    since,
    until,
    requests: 0,
    alerts: { accepted: 0, routed: 0, nobody: 0, waiting: 0, dead: 0, lost: 0 },
    destinations: new Map(),
    findings: [],
    findingCount: 0,
  };
  const digests = new Map<string, JoinedDigest>();
  for await (const page of records.requests(since, until)) {
    result.requests += page.length;
    const all = await auditedAlerts(page, lost, records, nowMs);
    const alerts = destinationId === undefined ? all : all.map((alert) => onlyOf(destinationId, alert));
    for (const alert of alerts) add(alert, result, digests);
    await onPage(alerts);
  }
  await boundedMap([...digests], GROUPS_AT_ONCE, async ([id, joined]) => {
    addDigest(id, joined, await endOf(id, joined.closesAt, records, nowMs), result);
  });
  return result;
}

async function auditedAlerts(
  page: readonly AcceptedRequest[],
  lost: ReadonlySet<string>,
  records: AuditRecords,
  nowMs: number,
): Promise<AuditedAlert[]> {
  const accepted = page.flatMap((request) => {
    const isLost = lost.has(request.requestId);
    return alertIdsOf(request).map((alertId) => ({ alertId, request, isLost }));
  });
  const groups = await boundedMap(chunks(accepted, ALERTS_AT_ONCE), GROUPS_AT_ONCE, async (group) => {
    const stored = await records.alerts(group.map(({ alertId }) => alertId));
    return group.map((one) => judgeAlert(one, stored.get(one.alertId), nowMs));
  });
  return groups.flat();
}

function onlyOf(destinationId: string, alert: AuditedAlert): AuditedAlert {
  const deliveries = alert.deliveries.filter(({ delivery }) => delivery.destination_id === destinationId);
  return { ...alert, deliveries };
}

function add(alert: AuditedAlert, result: Audit, digests: Map<string, JoinedDigest>): void {
  result.alerts.accepted += 1;
  result.alerts[alert.standing] += 1;
  if (alert.problem !== undefined) note({ ...named(alert), problem: alert.problem, alerts: 1 }, result);
  for (const { delivery, standing, problem } of alert.deliveries) {
    const sum = sumOf(delivery.destination_id, result);
    sum.accepted += 1;
    if (standing !== 'unknown') sum[standing] += 1;
    if (problem !== undefined) note({ ...named(alert, delivery), problem, alerts: 1 }, result);
    const digest = joinedDigest(delivery);
    if (digest === undefined) continue;
    const { id, closes_at: closesAt } = digest;
    const known = digests.get(id);
    if (known === undefined) {
      digests.set(id, {
        closesAt,
        destinationId: delivery.destination_id,
        first: { ...alert, deliveries: [] },
        of: delivery,
        alerts: 1,
      });
    } else known.alerts += 1;
  }
}

function sumOf(destinationId: string, { destinations }: Audit): DestinationSum {
  const known = destinations.get(destinationId);
  if (known !== undefined) return known;
  const sum = { accepted: 0, delivered: 0, digested: 0, suppressed: 0, pending: 0, dead: 0, digestedDead: 0 };
  destinations.set(destinationId, sum);
  return sum;
}

/** What tells of those who joined a digest: the delivery of its message, or of the storm that it joined. */
async function endOf(
  id: string,
  closesAt: string,
  records: AuditRecords,
  nowMs: number,
  depth = 1,
): Promise<Problem | 'told' | 'open' | 'dead'> {
  const isOpen = nowMs <= Date.parse(closesAt) + OVERDUE_AFTER_MS;
  const delivery = (await records.digest(id))?.delivery;
  if (delivery === undefined) return isOpen ? 'open' : 'digest-without-mail';
  const joined = joinedDigest(delivery);
  if (joined !== undefined && depth < DEEPEST_DIGEST) {
    return endOf(joined.id, joined.closes_at, records, nowMs, depth + 1);
  }
  const { standing, problem } = judgeWritten(delivery, nowMs);
  if (problem !== undefined) return problem;
  return standing === 'dead' ? 'dead' : standing === 'pending' ? 'open' : 'told';
}

function addDigest(
  digestId: string,
  { first, of, destinationId, alerts }: JoinedDigest,
  end: Awaited<ReturnType<typeof endOf>>,
  result: Audit,
): void {
  if (end === 'told' || end === 'open') return;
  if (end === 'dead') sumOf(destinationId, result).digestedDead += alerts;
  else note({ ...named(first, of), problem: end, digestId, alerts }, result);
}

function named({ alertId, request }: AuditedAlert, delivery?: Delivery): Omit<Finding, 'problem' | 'alerts'> {
  return {
    alertId,
    requestId: request.requestId,
    sourceId: request.sourceId,
    receivedAt: request.receivedAt,
    ...(delivery !== undefined && {
      destinationId: delivery.destination_id,
      deliveryId: delivery.id,
      ...(delivery.recipient !== undefined && { recipient: delivery.recipient }),
    }),
  };
}

function note(finding: Finding, result: Audit): void {
  result.findingCount += 1;
  if (result.findings.length < KEPT_FINDINGS) result.findings.push(finding);
}
