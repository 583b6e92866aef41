import { addCounts, HOUR_MS, NO_COUNTS, oldestHour } from '../model/wire/source-health.ts';
import type {
  HealthCounts,
  Refusal,
  SilenceAlarm,
  SourceHealth,
  UnknownSeverities,
} from '../model/wire/source-health.ts';
import { noDataAlarmOf, severityKey, type NoDataAlarm, type Source } from '../model/config/source.ts';
import { judgeSource, type SourceCondition } from '../watch/source-health.ts';

/** Counts from an instant on. They are kept by the hour, so a period begins with one. */
export type CountsSince = HealthCounts & { since: string };

/** How a source is doing, for a person who asks. */
export type SourceStatus = {
  state: 'ready' | 'disabled';
  condition: SourceCondition;
  lastAcceptedAt?: string;
  lastRefusal?: Refusal;
  /** The running hour and the one before it: an hour at least. */
  lastHour: CountsSince;
  /** The running hour and the 24 before it. */
  lastDay: CountsSince;
  /** Of the alerts accepted in the last day; undefined when there were none. */
  unclassifiedPercent?: number;
  alarm: { settings: NoDataAlarm | 'off'; firing?: SilenceAlarm };
  /** Severities that came in the last day and that neither a scale nor the map of the source knows. */
  unknownSeverities?: UnknownSeverities;
  /** The warnings for the operator, in sentences. */
  warnings: string[];
};

/** The status of a source by its health record, which is undefined before its first request. */
export function sourceStatus(source: Source, health: SourceHealth | undefined, nowMs: number): SourceStatus {
  const { condition } = judgeSource(source, health, nowMs);
  const lastDay = countsSince(health, oldestHour(nowMs));
  const settings = noDataAlarmOf(source);
  const status = {
    state: source.isEnabled ? ('ready' as const) : ('disabled' as const),
    condition,
    ...(health?.lastAcceptedAt !== undefined && { lastAcceptedAt: health.lastAcceptedAt }),
    ...(health?.lastRefusal !== undefined && { lastRefusal: health.lastRefusal }),
    lastHour: countsSince(health, Math.floor(nowMs / HOUR_MS) - 1),
    lastDay,
    ...(lastDay.accepted > 0 && {
      unclassifiedPercent: Math.round((lastDay.unclassified * 1_000) / lastDay.accepted) / 10,
    }),
    alarm: { settings, ...(health?.alarm !== undefined && { firing: health.alarm }) },
    ...stillUnknown(source, health, nowMs),
  };
  return { ...status, warnings: warningsOf(source, status) };
}

function stillUnknown(
  { severityMap = {} }: Source,
  health: SourceHealth | undefined,
  nowMs: number,
): Pick<SourceStatus, 'unknownSeverities'> {
  const known = health?.unknownSeverities;
  if (known === undefined || Date.parse(known.at) < oldestHour(nowMs) * HOUR_MS) return {};
  const words = known.words.filter((word) => !Object.hasOwn(severityMap, severityKey(word)));
  return words.length === 0 ? {} : { unknownSeverities: { at: known.at, words } };
}

function countsSince(health: SourceHealth | undefined, hour: number): CountsSince {
  const counts = (health?.hours ?? [])
    .filter((kept) => kept.hour >= hour)
    .reduce<HealthCounts>(addCounts, NO_COUNTS);
  return {
    since: new Date(hour * HOUR_MS).toISOString(),
    accepted: counts.accepted,
    rejected: counts.rejected,
    authFailures: counts.authFailures,
    unclassified: counts.unclassified,
  };
}

/** The remedy for a refusal whose cause alone does not tell it. */
const ADVICE = new Map(
  Object.entries({
    'raw-sns-message':
      'the subscription uses raw message delivery, which SNS does not sign; switch it off (aws sns set-subscription-attributes --attribute-name RawMessageDelivery --attribute-value false)',
    'no-sns-message': 'the body is not one message of SNS, which is all that auth sns takes',
    'sns-topic-not-listed':
      'the message is of a topic that the source does not list; tocsin source update --topic names all that may send',
    'wrong-sns-signature': 'the message is not signed by SNS of the region that its topic is in',
  }),
);

function warningsOf(source: Source, status: Omit<SourceStatus, 'warnings'>): string[] {
  const { lastRefusal, lastAcceptedAt, lastDay } = status;
  const warnings: string[] = [];
  if (source.auth.type === 'none') warnings.push('anyone who knows the URL can post alerts here');
  if (status.alarm.firing !== undefined || status.condition === 'silent') {
    warnings.push('nothing has been accepted for longer than the limit');
  }
  if (lastRefusal !== undefined && lastRefusal.at > (lastAcceptedAt ?? '')) {
    const advice = ADVICE.get(lastRefusal.cause ?? '');
    warnings.push(`the latest request was refused: ${advice ?? lastRefusal.code}`);
  }
  if (lastDay.unclassified > 0) {
    warnings.push(
      `${status.unclassifiedPercent ?? 0} % of the alerts of the last day are unclassified: their severity or status is unknown or they do not match the schema`,
    );
  }
  if (status.unknownSeverities !== undefined) {
    const words = status.unknownSeverities.words.map((word) => JSON.stringify(word)).join(', ');
    warnings.push(
      `severities that nobody knows, taken as ${source.defaultSeverity}: ${words}; say what they mean with --severity-map`,
    );
  }
  if (status.alarm.settings === 'off' && source.auth.type !== 'aws-event')
    warnings.push('nobody is told when it falls silent: the no-data alarm is off');
  return warnings;
}
