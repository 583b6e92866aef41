import { boundedMap } from '../../bounded-map.ts';
import { chunks } from '../../chunks.ts';
import { CANARY_SOURCE_ID } from '../../model/wire/alert.ts';
import { alertIdsOf, type AcceptedRequest } from '../../model/wire/accepted-request.ts';
import { behindBreakers } from './behind-breakers.ts';
import { digestEnds } from './digest-ends.ts';
import { acceptedAlert, type AuditedAlert, judgeAlert } from './judge-alert.ts';
import { ownAlerts, sentByOperators } from './own-alerts.ts';
import type { AuditRecords, Window } from './ports.ts';
import { type Audit, count, countCanaries, emptyAudit, noteProblem } from './sums.ts';

const ALERTS_AT_ONCE = 100;
/** Groups of alerts that are read at the same time: enough to be waiting for AWS and not for ourselves. */
const GROUPS_AT_ONCE = 8;

/**
 * Adds up what became of everything that somebody was to be told in a window: every alert that was answered with a
 * 202, and beside them system alerts, tests and replays, each in a sum of its own. It goes page by page: what is kept
 * in memory does not grow with the alerts, only with destinations, digests and findings.
 *
 * It costs one read of each request, of each alert and of each delivery's row (docs/audit.md).
 *
 * @param onPage is shown every alert once, some at a time
 */
export async function audit(
  { since, until, destinationId }: Window & { destinationId?: string },
  records: AuditRecords,
  nowMs: number,
  onPage: (alerts: readonly AuditedAlert[]) => Promise<void> = async () => {},
): Promise<Audit> {
  const lost = await records.lostRequests();
  const result = emptyAudit({ since, until });
  const digests = digestEnds(records, nowMs);
  const judged = behindBreakers(records, nowMs);
  const take = async (all: readonly AuditedAlert[]) => {
    const alerts = await judged(
      destinationId === undefined ? all : all.map((alert) => onlyOf(destinationId, alert)),
    );
    for (const alert of alerts) {
      count(alert, result, (delivery, sum) => {
        digests.join(alert, delivery, sum);
      });
    }
    await onPage(alerts);
  };
  for await (const requests of records.requests(since, until)) {
    const [canaries = [], page = []] = [true, false].map((isCanary) =>
      requests.filter(({ sourceId }) => (sourceId === CANARY_SOURCE_ID) === isCanary),
    );
    countCanaries(await acceptedAlerts(canaries, lost, records, nowMs), result);
    result.requests += page.length;
    await take(await acceptedAlerts(page, lost, records, nowMs));
  }
  for await (const page of ownAlerts(records, { since, until }, nowMs)) await take(page);
  for await (const { beyondPlan, late } of sentByOperators(records, { since, until }, nowMs)) {
    const isAsked = ({ deliveries }: AuditedAlert) =>
      destinationId === undefined ||
      deliveries.some(({ delivery }) => delivery.destination_id === destinationId);
    await take(beyondPlan.filter(isAsked));
    for (const alert of await judged(late.filter(isAsked))) {
      for (const one of alert.deliveries) noteProblem(alert, one, result);
    }
  }
  await digests.judge(result);
  return result;
}

async function acceptedAlerts(
  page: readonly AcceptedRequest[],
  lost: ReadonlySet<string>,
  records: AuditRecords,
  nowMs: number,
): Promise<AuditedAlert[]> {
  const accepted = page.flatMap((request) => {
    const isLost = lost.has(request.requestId);
    return alertIdsOf(request).map((alertId) => ({ owed: acceptedAlert(alertId, request), isLost }));
  });
  const groups = await boundedMap(chunks(accepted, ALERTS_AT_ONCE), GROUPS_AT_ONCE, async (group) => {
    const stored = await records.alerts(group.map(({ owed }) => owed.alertId));
    return group.map(({ owed, isLost }) => judgeAlert(owed, stored.get(owed.alertId), nowMs, isLost));
  });
  return groups.flat();
}

function onlyOf(destinationId: string, alert: AuditedAlert): AuditedAlert {
  const deliveries = alert.deliveries.filter(({ delivery }) => delivery.destination_id === destinationId);
  return { ...alert, deliveries };
}
