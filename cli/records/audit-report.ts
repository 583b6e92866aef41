import { createHash } from 'node:crypto';
import { mailFate } from '../../functions/core/model/wire/mail-state.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Attempt, Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { DigestStory } from '../../functions/core/operator/digest-story.ts';
import { describeDigest, digestView } from './digest-story.ts';
import { describeTrace } from '../words/routing.ts';
import { describeFate, describeState } from '../words/views.ts';
import { inert } from '../screen/terminal.ts';

/** Everything that the records tell of one alert, for somebody who was not there. */
type ReportFacts = {
  gateway: string;
  madeAt: string;
  routed: RoutedAlert;
  deliveries: readonly Delivery[];
  digests: ReadonlyMap<string, DigestStory>;
  /** As it is configured now; undefined where it is gone or cannot be read. */
  destinationOf: (id: string) => Destination | undefined;
  nameOf: (id: string) => string;
};

/** The facts as JSON, with their own SHA-256: of the document without `sha256`, as `JSON.stringify` writes it. */
export function reportView(facts: ReportFacts): object {
  const { routed, deliveries, digests, destinationOf, nameOf } = facts;
  const { alert } = routed;
  const document = {
    gateway: facts.gateway,
    made_at: facts.madeAt,
    alert: {
      id: alert.id,
      title: alert.title,
      type: alert.type,
      severity: alert.severity,
      status: alert.status,
      event_time: alert.event_time,
    },
    accepted: {
      at: alert.received_at,
      request_id: routed.request_id ?? null,
      source: { id: alert.source.id, name: alert.source.name, format: alert.source.format },
      authenticated_by: routed.authenticated_by ?? null,
      body: alert.raw,
    },
    decision: { routing: routed.routing, at: routed.routed_at, trace: routed.trace },
    deliveries: deliveries.map((delivery) => {
      const digest = digests.get(delivery.id);
      return {
        ...delivery,
        destination: nameOf(delivery.destination_id),
        signed_with: signature(destinationOf(delivery.destination_id)) ?? null,
        mail_state: mailFate(delivery)?.state ?? null,
        digest: digest === undefined ? null : digestView(digest),
      };
    }),
  };
  return { ...document, sha256: createHash('sha256').update(JSON.stringify(document)).digest('hex') };
}

/** One page of Markdown. Text of others stands in it as text: nothing of theirs is a heading, a link or a table. */
export function reportPage(facts: ReportFacts, nowMs: number): string {
  const { routed, deliveries } = facts;
  const { alert } = routed;
  const { sha256 } = reportView(facts) as { sha256: string };
  return [
    `# Audit report: ${plain(alert.title)}`,
    table([
      ['Alert', alert.id],
      ['Type', plain(alert.type)],
      ['Severity', `${alert.severity}, ${alert.status}`],
      ['Event time', alert.event_time],
    ]),
    '## Accepted',
    table([
      ['At', alert.received_at],
      ['Request', routed.request_id ?? 'not recorded'],
      ['Source', `${plain(alert.source.name)} (${alert.source.id}, ${plain(alert.source.format)})`],
      ['Authenticated by', routed.authenticated_by ?? 'not recorded'],
      ['Body, SHA-256', alert.raw.sha256],
      ['Body, bytes', `${String(alert.raw.size)}, record ${String(alert.raw.index + 1)} of it`],
      ['Content type', plain(alert.raw.content_type ?? 'none')],
    ]),
    '## Decided',
    `${routed.routing} at ${routed.routed_at}`,
    ...(routed.trace.length === 0
      ? []
      : [
          routed.trace
            .map((one) => `- ${plain(one.destination_name)}: ${plain(describeTrace(one))}`)
            .join('\n'),
        ]),
    `## Deliveries`,
    ...(deliveries.length === 0 ? ['none'] : deliveries.map((delivery) => describe(delivery, facts, nowMs))),
    '---',
    `Made at ${facts.madeAt} from the records of ${plain(facts.gateway)}. SHA-256 of the same facts as JSON: ${sha256}`,
  ].join('\n\n');
}

function describe(
  delivery: Delivery,
  { nameOf, destinationOf, digests }: ReportFacts,
  nowMs: number,
): string {
  const digest = digests.get(delivery.id);
  const fate = mailFate(delivery);
  const signed = signature(destinationOf(delivery.destination_id));
  const messageId = delivery.attempts.findLast(({ message_id: id }) => id !== undefined)?.message_id;
  return [
    `### ${plain(nameOf(delivery.destination_id))}${delivery.recipient === undefined ? '' : `, ${plain(delivery.recipient)}`}: ${plain(describeState(delivery))}`,
    table([
      ['Delivery', delivery.id],
      ['Channel', delivery.channel],
      ['Created', delivery.created_at],
      ['Last change', delivery.updated_at],
      ...(digest === undefined ? [] : [['Told by', plain(describeDigest(digest, nowMs))] as const]),
      ...(delivery.body_sha256 === undefined ? [] : [['Sent body, SHA-256', delivery.body_sha256] as const]),
      ...(signed === undefined ? [] : [['Signature', signed] as const]),
      ...(messageId === undefined ? [] : [['Message id', plain(messageId)] as const]),
      ...(fate === undefined ? [] : [['Mail', plain(describeFate(fate))] as const]),
    ]),
    ...(delivery.attempts.length === 0 ? ['No attempt was made.'] : [attemptsTable(delivery.attempts)]),
    ...(delivery.mail_events === undefined || delivery.mail_events.length === 0
      ? []
      : [
          delivery.mail_events
            .map(
              ({ at, type, detail }) => `- ${at} ${type}${detail === undefined ? '' : `: ${plain(detail)}`}`,
            )
            .join('\n'),
        ]),
  ].join('\n\n');
}

/** How the receiver can tell that it was us. */
function signature(destination: Destination | undefined): string | undefined {
  if (destination?.channel !== 'webhook') return undefined;
  return `${destination.auth.type} (configuration ${String(destination.version)})`;
}

function attemptsTable(attempts: readonly Attempt[]): string {
  const rows = attempts.map((attempt) => [
    String(attempt.number),
    attempt.started_at,
    `${String(attempt.duration_ms)} ms`,
    attempt.outcome + (attempt.reason === undefined ? '' : `, ${attempt.reason}`),
    attempt.status === undefined ? '' : String(attempt.status),
    [attempt.address, attempt.tls_version].filter((part) => part !== undefined).join(' '),
    String(attempt.destination_version),
    attempt.detail ?? '',
  ]);
  return [
    '| # | Started | Took | Outcome | Status | Address | Configuration | Detail |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row.map(plain).join(' | ')} |`),
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string {
  return ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
}

/** One line, in which no character means anything to Markdown or HTML. */
function plain(text: string): string {
  return inert(text)
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\\`*_{}[\]<>()#+!|~]/gu, String.raw`\$&`);
}
