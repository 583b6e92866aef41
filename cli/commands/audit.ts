import { audit } from '../../functions/core/operator/audit/audit.ts';
import type { AuditedAlert } from '../../functions/core/operator/audit/judge-alert.ts';
import type { Audit } from '../../functions/core/operator/audit/sums.ts';
import { addCommand } from '../command.ts';
import { auditView, describeAudit } from '../records/audit-view.ts';
import { AUDIT_COLUMNS, auditRows } from '../records/audit-csv.ts';
import { readListOptions } from '../records/list-options.ts';
import { destinationNames, findConfig } from '../config/find-config.ts';
import { wrongUsage } from '../failure.ts';
import { addAuditReport } from './audit-report.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { TextSink } from '../screen/text-sink.ts';
import type { Session } from '../session.ts';

type Options = { since?: string; until?: string; destination?: string; csv?: true };

/** The progress is told after so many alerts; a day of a quiet gateway is over before. */
const NOTE_EVERY_ALERTS = 50_000;

export const addAudit: CommandFile = (program, run) => {
  const command = addCommand<Options>(program, run, {
    name: 'audit',
    summary:
      'Add up what became of every alert that was answered with a 202; exit status 1 when something does not add up',
    examples: [
      'tocsin audit',
      'tocsin audit --since 7d --destination siem',
      'tocsin audit --since 2026-01-31T00:00:00Z --until 2026-02-01T00:00:00Z --csv',
      "tocsin audit --json | jq '.findings'",
    ],
    options(audited) {
      audited
        .option('--since <time>', 'accepted from then on: how long ago, or a date (default: 24h)')
        .option('--until <time>', 'accepted up to then (default: now)')
        .option('--destination <name>', 'what this destination was owed')
        .option(
          '--csv',
          'a line for each alert and destination, as it is read; the sum goes to standard error',
        );
    },
    run: auditAll,
  });
  addAuditReport(command, run);
};

async function auditAll(session: Session, options: Options): Promise<CommandResult> {
  const isCsv = options.csv === true;
  if (isCsv && session.isJson) {
    throw wrongUsage('--csv and --json exclude each other: one is lines, the other one document');
  }
  const { since, until } = readListOptions(session, options);
  const gateway = await session.gateway();
  const listed = await gateway.config.list('destination');
  const nameOf = destinationNames(listed);
  const destination =
    options.destination === undefined
      ? undefined
      : await findConfig(gateway.config, 'destination', options.destination);
  const { stdout, stderr } = session.io;
  if (isCsv) await written(stdout, AUDIT_COLUMNS);
  const tellProgress = progressOf(session);
  const sum = await audit(
    { since, until, ...(destination !== undefined && { destinationId: destination.id }) },
    gateway.audited,
    session.nowMs,
    async (alerts) => {
      if (isCsv) {
        const asked = destination === undefined ? alerts : alerts.filter(mayBeOwed);
        await written(stdout, auditRows(asked, nameOf));
      }
      tellProgress(alerts.length);
    },
  );
  const text = describeAudit(sum, nameOf, session);
  if (isCsv) stderr.write(`${session.complete(text)}\n`);
  return {
    json: auditView(sum, nameOf),
    text: isCsv ? '' : text,
    unreadable: listed.unreadable,
    hasFailed: !addsUp(sum),
  };
}

/** Counts alerts, and tells a person who waits how many there are by now. */
function progressOf(session: Session): (count: number) => void {
  let seen = 0;
  return (count) => {
    const before = Math.floor(seen / NOTE_EVERY_ALERTS);
    seen += count;
    if (Math.floor(seen / NOTE_EVERY_ALERTS) > before) session.note(`${String(seen)} alerts so far`);
  };
}

/** Whether the asked destination is owed the alert, or may be once it is decided. */
function mayBeOwed({ standing, deliveries }: AuditedAlert): boolean {
  return deliveries.length > 0 || (standing !== 'routed' && standing !== 'nobody' && standing !== 'repeated');
}

const addsUp = ({ findingCount }: Audit): boolean => findingCount === 0;

/** Waits where the reader is slower than the table: a day may have a million lines. */
async function written(sink: TextSink, text: string): Promise<void> {
  if (text === '') return;
  sink.write(text);
  await sink.drained?.();
}
