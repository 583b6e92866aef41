import { describeNoDataAlarm } from '../../functions/core/config/parse-no-data-alarm.ts';
import { sourceStatus } from '../../functions/core/operator/source-status.ts';
import { unmatchedPaths } from '../../functions/core/operator/unmatched-paths.ts';
import { addCommand } from '../command.ts';
import { CONDITION_STYLE } from '../screen/condition-style.ts';
import { findConfig } from '../config/find-config.ts';
import { renderFields } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { mapToAdd, sourceStatusView } from '../words/source-status.ts';
import { relativeTime } from '../words/time.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import type { CountsSince, SourceStatus } from '../../functions/core/operator/source-status.ts';
import type { CommandFile } from '../command.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';

const DAY_MS = 86_400_000;
/** So many records show whether a path ever leads somewhere. */
const MAX_RECORDS = 20;

export const addSourceStatus: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'status <name>',
    summary: 'Tell how a source is doing: what was accepted, what was refused and why, whether it is silent',
    examples: ['tocsin source status ci', "tocsin source status ci --json | jq -r '.health'"],
    async run(session, _options, name = '') {
      const { config, sourceHealth } = await session.gateway();
      const source = await findConfig(config, 'source', name);
      const health = (await sourceHealth.read([source.id])).get(source.id);
      const status = sourceStatus(source, health, session.nowMs);
      const { mapping } = source;
      if (mapping !== undefined) {
        const unmatched = unmatchedPaths(mapping, await lastRecords(session, source));
        const paths = Object.entries(unmatched).map(([field, path]) => `${field}=${path}`);
        if (paths.length > 0) {
          status.warnings.push(
            `paths of the mapping that led to nothing in the last records: ${paths.join(', ')}; ${TOCSIN} source infer proposes others`,
          );
        }
      }
      return { json: sourceStatusView(source, status), text: describe(session, source, status) };
    },
  });
};

/** The record that was refused last, and those of the last alerts: a mapped source keeps them whole. */
async function lastRecords(session: Session, source: Source): Promise<unknown[]> {
  const { records, sourceHealth } = await session.gateway();
  const refused = await sourceHealth.refusedSample(source.id, session.nowMs);
  const { items } = await records.alerts({
    sourceId: source.id,
    since: new Date(session.nowMs - DAY_MS).toISOString(),
    until: new Date(session.nowMs).toISOString(),
    limit: MAX_RECORDS,
  });
  return [
    ...(refused === undefined ? [] : [JSON.parse(refused.record) as unknown]),
    ...items.filter(({ alert }) => alert.source.format === 'mapping').map(({ alert }) => alert.details),
  ];
}

function describe(session: Session, source: Source, status: SourceStatus): string {
  const { paint, nowMs } = session;
  const { lastRefusal, alarm } = status;
  const instant = (iso: string): string => `${iso} (${relativeTime(iso, nowMs)})`;
  const refusal =
    lastRefusal === undefined
      ? 'never'
      : `${instant(lastRefusal.at)}\n${[lastRefusal.code, lastRefusal.cause].filter(Boolean).join(': ')}`;
  const fields = renderFields(
    [
      ['name', paint('bold', source.name)],
      ['state', status.state],
      ['health', paint(CONDITION_STYLE[status.condition], status.condition)],
      ['last accepted', status.lastAcceptedAt === undefined ? 'never' : instant(status.lastAcceptedAt)],
      ['last rejected', refusal.split('\n').map(inert).join('\n')],
      [`since ${status.lastHour.since.slice(11, 16)} UTC`, countsText(status.lastHour)],
      ['last 24 hours', countsText(status.lastDay)],
      ['unclassified', status.unclassifiedPercent === undefined ? '-' : `${status.unclassifiedPercent} %`],
      ['no-data alarm', describeNoDataAlarm(alarm.settings)],
      [
        'alarm',
        alarm.firing === undefined
          ? 'not firing'
          : paint('red', `firing, raised ${instant(alarm.firing.raisedAt)}, alert ${alarm.firing.alertId}`),
      ],
    ],
    paint,
  );
  const warnings = status.warnings.map((warning) => paint('yellow', `! ${inert(warning)}`));
  const words = status.unknownSeverities?.words;
  const hints =
    words === undefined ? [] : [`  ${mapToAdd(source, words)}`, `  with the severities that you mean`];
  return warnings.length === 0 ? fields : `${fields}\n\n${[...warnings, ...hints].join('\n')}`;
}

function countsText(counts: CountsSince): string {
  return `${counts.accepted} accepted, ${counts.rejected} rejected, ${counts.authFailures} not authenticated, ${counts.unclassified} unclassified`;
}
