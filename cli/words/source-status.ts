import { noDataAlarmView } from '../../functions/core/config/parse-no-data-alarm.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import type { CountsSince, SourceStatus } from '../../functions/core/operator/source-status.ts';
import { TOCSIN } from './hint.ts';

/** How a source is doing, as JSON. */
export function sourceStatusView(source: Source, status: SourceStatus): object {
  const { lastRefusal, alarm } = status;
  return {
    id: source.id,
    name: source.name,
    state: status.state,
    health: status.condition,
    created_at: source.createdAt,
    last_accepted_at: status.lastAcceptedAt ?? null,
    last_rejected:
      lastRefusal === undefined
        ? null
        : { at: lastRefusal.at, code: lastRefusal.code, cause: lastRefusal.cause ?? null },
    counts: { '1h': countsView(status.lastHour), '24h': countsView(status.lastDay) },
    unclassified_percent: status.unclassifiedPercent ?? null,
    unknown_severities:
      status.unknownSeverities === undefined
        ? null
        : { ...status.unknownSeverities, add: mapToAdd(source, status.unknownSeverities.words) },
    no_data_alarm: {
      settings: noDataAlarmView(alarm.settings),
      is_firing: alarm.firing !== undefined,
      silent_since: alarm.firing?.since ?? null,
      raised_at: alarm.firing?.raisedAt ?? null,
      alert_id: alarm.firing?.alertId ?? null,
    },
    warnings: status.warnings,
  };
}

function countsView(counts: CountsSince): object {
  return {
    since: counts.since,
    accepted: counts.accepted,
    rejected: counts.rejected,
    auth_failures: counts.authFailures,
    unclassified: counts.unclassified,
  };
}

/** The words of the sender cannot hold what separates entries; such a word is left to the operator. */
export function mapToAdd(source: Source, words: readonly string[]): string {
  const entries = words
    .filter((word) => !/[,=]/u.test(word))
    .map((word) => `${word.trim()}=${source.defaultSeverity}`);
  return `${TOCSIN} source update ${shellWord(source.name)} --severity-map ${shellWord(entries.join(','))}`;
}
