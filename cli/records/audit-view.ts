import type { Audit, DestinationSum, Finding } from '../../functions/core/operator/audit/audit.ts';
import { STANDINGS, type Problem } from '../../functions/core/operator/audit/judge-alert.ts';
import { indented, renderTable } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import type { Session } from '../session.ts';
import type { Column } from '../screen/table.ts';
import { TOCSIN } from '../words/hint.ts';

/** Beyond these a person looks for the cause, and a script reads --json. */
const SHOWN_FINDINGS = 20;

/** What each problem means, and what to do about it. */
const WORDS: Record<Problem, string> = {
  lost: 'lost: neither stored nor in any queue; let its sender send it again',
  'not-routed': 'accepted, and no router has stored it in time',
  'no-record': 'planned, its time is over, and no record tells of an attempt',
  'past-due': 'pending, and its time is over',
  'lease-over': 'an attempt was begun, and its worker is gone; its message comes back within minutes',
  'unknown-state': 'its record has a state that this version does not know',
  'digest-without-mail': 'joined a digest whose end is over, and nothing tells of a message',
};

export function describeAudit(
  sum: Audit,
  nameOf: (id: string) => string,
  session: Pick<Session, 'paint' | 'width' | 'nowMs'>,
): string {
  const { alerts, findings, findingCount } = sum;
  const { paint } = session;
  const parts = [
    [alerts.routed, 'routed'],
    [alerts.nobody, 'routed to nobody'],
    [alerts.waiting, 'waiting to be routed'],
    [alerts.dead, 'dead in the alerts queue'],
    [alerts.lost, 'lost'],
  ] as const;
  return [
    `${paint('bold', `${String(alerts.accepted)} alerts accepted`)} in ${String(sum.requests)} requests from ${sum.since} to ${sum.until}`,
    indented(
      parts
        .filter(([count]) => count > 0)
        .map(([count, words]) => `${String(count)} ${words}`)
        .join('\n') || 'nothing was accepted',
    ),
    ...(sum.destinations.size === 0 ? [] : ['', renderSums(sum, nameOf, session)]),
    '',
    findingCount === 0
      ? paint('green', 'It adds up: nothing is lost, late or without a record.')
      : paint('red', `${String(findingCount)} ${findingCount === 1 ? 'does' : 'do'} not add up:`),
    ...findings
      .slice(0, SHOWN_FINDINGS)
      .map((finding) => indented(describeFinding(finding, nameOf, session.nowMs))),
    ...(findingCount > SHOWN_FINDINGS
      ? [indented(`and ${String(findingCount - SHOWN_FINDINGS)} more; all of them: ${TOCSIN} audit --json`)]
      : []),
  ].join('\n');
}

function renderSums(
  { destinations }: Audit,
  nameOf: (id: string) => string,
  session: Pick<Session, 'paint' | 'width'>,
): string {
  type Row = [id: string, sum: DestinationSum];
  const rows = [...destinations].sort(([a], [b]) => nameOf(a).localeCompare(nameOf(b)));
  const columns: Column<Row>[] = [
    { title: 'DESTINATION', value: ([id]) => nameOf(id), shrinks: true },
    { title: 'ACCEPTED', value: ([, sum]) => String(sum.accepted) },
    ...STANDINGS.map((standing): Column<Row> => ({
      title: standing.toUpperCase(),
      value: ([, sum]) =>
        standing === 'digested' && sum.digestedDead > 0
          ? `${String(sum.digested)} (${String(sum.digestedDead)} in a dead digest)`
          : String(sum[standing]),
    })),
  ];
  return renderTable(rows, columns, session);
}

function describeFinding(finding: Finding, nameOf: (id: string) => string, nowMs: number): string {
  const { alertId, destinationId, digestId, alerts, recipient } = finding;
  const to =
    destinationId === undefined
      ? ''
      : ` to ${inert(nameOf(destinationId))}${recipient === undefined ? '' : ` (${inert(recipient)})`}`;
  const many = alerts > 1 ? ` and ${String(alerts - 1)} more` : '';
  const ask =
    digestId === undefined ? `${TOCSIN} why ${alertId}` : `${TOCSIN} deliveries list --digest ${digestId}`;
  return `${alertId}${many}${to}, accepted ${relativeTime(finding.receivedAt, nowMs)}: ${WORDS[finding.problem]}\n  see: ${ask}`;
}

/** The audit as JSON. */
export function auditView(sum: Audit, nameOf: (id: string) => string): object {
  return {
    since: sum.since,
    until: sum.until,
    adds_up: sum.findingCount === 0,
    requests: sum.requests,
    alerts: sum.alerts,
    destinations: [...sum.destinations].map(([id, { digestedDead, ...counts }]) => ({
      id,
      name: nameOf(id),
      ...counts,
      digested_in_dead_digests: digestedDead,
    })),
    finding_count: sum.findingCount,
    findings: sum.findings.map((finding) => ({
      problem: finding.problem,
      alert_id: finding.alertId,
      alerts: finding.alerts,
      request_id: finding.requestId,
      source_id: finding.sourceId,
      received_at: finding.receivedAt,
      destination_id: finding.destinationId ?? null,
      destination: finding.destinationId === undefined ? null : nameOf(finding.destinationId),
      recipient: finding.recipient ?? null,
      delivery_id: finding.deliveryId ?? null,
      digest_id: finding.digestId ?? null,
    })),
  };
}
