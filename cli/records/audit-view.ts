import { counted, countedAlerts } from '../../functions/core/text/count-words.ts';
import {
  type AuditedKind,
  OWN_KINDS,
  type OwnKind,
  STANDINGS,
  type Problem,
} from '../../functions/core/operator/audit/judge-alert.ts';
import type { Audit, DestinationSum, Finding } from '../../functions/core/operator/audit/sums.ts';
import { indented, renderTable } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import type { Session } from '../session.ts';
import type { Column } from '../screen/table.ts';
import { TOCSIN } from '../words/hint.ts';

/** Beyond these a person looks for the cause, and a script reads --json. */
const SHOWN_FINDINGS = 20;

/** The meaning of each problem, and its remedy. */
const WORDS: Record<Problem, string> = {
  lost: 'lost: neither stored nor in any queue; let its sender send it again',
  'not-routed': 'no router has stored it in time',
  'no-record': 'planned, its time is over, and no record tells of an attempt',
  'past-due': 'pending, and its time is over',
  'lease-over': 'an attempt was begun, and its worker is gone; its message comes back within minutes',
  'unknown-state': 'its record has a state that this version does not know',
  'digest-without-mail': 'joined a digest whose end is over, and nothing tells of a message',
};

/** The word for the instant of a finding. */
const AT: Record<AuditedKind, string> = {
  accepted: 'accepted',
  'system-alert': 'raised by Tocsin',
  test: 'sent as a test',
  replay: 'sent again',
};

/** The name of each kind, in a line of a table and in JSON. */
const OWN_WORDS: Record<OwnKind, { title: string; key: string }> = {
  'system-alert': { title: 'system alerts', key: 'system_alerts' },
  test: { title: 'tests', key: 'tests' },
  replay: { title: 'replays beyond the plan', key: 'replays' },
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
    [alerts.repeated, 'the same news as an alert of another request, and counted there'],
    [alerts.waiting, 'waiting to be routed'],
    [alerts.dead, 'dead in the alerts queue'],
    [alerts.lost, 'lost'],
  ] as const;
  return [
    `${paint('bold', `${countedAlerts(alerts.accepted)} accepted`)} in ${counted(sum.requests, 'request', 'requests')} from ${sum.since} to ${sum.until}`,
    indented(
      parts
        .filter(([count]) => count > 0)
        .map(([count, words]) => `${String(count)} ${words}`)
        .join('\n') || 'nothing was accepted',
    ),
    ...(sum.destinations.size === 0 ? [] : ['', renderSums(sum, nameOf, session)]),
    ...describeOwn(sum, session),
    ...(sum.canaries.accepted === 0
      ? []
      : [
          '',
          `${String(sum.canaries.accepted)} canaries accepted beside these, ${String(sum.canaries.delivered)} of them delivered to their receiver`,
        ]),
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
  const rows = [...destinations]
    .map(([id, sum]): SumRow => [nameOf(id), sum])
    .sort(([a], [b]) => a.localeCompare(b));
  return renderTable(rows, sumColumns('DESTINATION', 'ACCEPTED'), session);
}

/** The lines about alerts that Tocsin raised itself and operators sent; none where there were none. */
function describeOwn({ own }: Audit, session: Pick<Session, 'paint' | 'width'>): string[] {
  const kinds = OWN_KINDS.filter((kind) => own[kind].alerts.accepted > 0);
  if (kinds.length === 0) return [];
  const rows = kinds.map((kind): SumRow => [OWN_WORDS[kind].title, own[kind].deliveries]);
  const { nobody, waiting, dead } = own['system-alert'].alerts;
  const open = [
    [nobody, 'routed to nobody'],
    [waiting, 'waiting to be routed'],
    [dead, 'dead in the alerts queue'],
  ] as const;
  const words = open.filter(([count]) => count > 0).map(([count, what]) => `${String(count)} ${what}`);
  return [
    '',
    renderTable(rows, sumColumns('BESIDE THEM', 'OWED'), session),
    ...(words.length === 0 ? [] : [indented(`of the system alerts: ${words.join(', ')}`)]),
  ];
}

type SumRow = [name: string, sum: DestinationSum];

function sumColumns(name: string, all: string): Column<SumRow>[] {
  return [
    { title: name, value: ([title]) => title, shrinks: true },
    { title: all, value: ([, sum]) => String(sum.accepted) },
    ...STANDINGS.map((standing): Column<SumRow> => ({
      title: standing.toUpperCase(),
      value: ([, sum]) => describeCount(standing, sum),
    })),
  ];
}

function describeCount(standing: (typeof STANDINGS)[number], sum: DestinationSum): string {
  const untold: Partial<Record<typeof standing, [number, string][]>> = {
    delivered: [[sum.cameBack, 'came back']],
    digested: [
      [sum.digestedDead, 'in a dead digest'],
      [sum.digestedCameBack, 'in a digest that came back'],
    ],
  };
  const words = (untold[standing] ?? [])
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${String(count)} ${what}`);
  return `${String(sum[standing])}${words.length === 0 ? '' : ` (${words.join(', ')})`}`;
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
  return `${alertId}${many}${to}, ${AT[finding.kind]} ${relativeTime(finding.receivedAt, nowMs)}: ${WORDS[finding.problem]}\n  see: ${ask}`;
}

/** The audit as JSON. */
export function auditView(sum: Audit, nameOf: (id: string) => string): object {
  return {
    since: sum.since,
    until: sum.until,
    adds_up: sum.findingCount === 0,
    requests: sum.requests,
    canaries: sum.canaries,
    alerts: sum.alerts,
    destinations: [...sum.destinations].map(([id, counts]) => ({ id, name: nameOf(id), ...sumView(counts) })),
    ...Object.fromEntries(
      OWN_KINDS.map((kind) => {
        const { alerts, deliveries } = sum.own[kind];
        return [OWN_WORDS[kind].key, { alerts, deliveries: sumView(deliveries) }];
      }),
    ),
    finding_count: sum.findingCount,
    findings: sum.findings.map((finding) => ({
      problem: finding.problem,
      kind: finding.kind,
      alert_id: finding.alertId,
      alerts: finding.alerts,
      request_id: finding.requestId ?? null,
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

function sumView({ cameBack, digestedDead, digestedCameBack, ...counts }: DestinationSum): object {
  return {
    ...counts,
    delivered_came_back: cameBack,
    digested_in_dead_digests: digestedDead,
    digested_came_back: digestedCameBack,
  };
}
