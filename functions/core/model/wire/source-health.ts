/**
 * What is known of how a source is doing: one item per source in the table, beside its configuration.
 *
 * Ingest adds to it in batches (docs/decisions/0050-source-health-in-batches.md), so the instant of the last accepted
 * request may be younger than what stands here, by at most `HEALTH_DELAY_MS`.
 */
export type SourceHealth = {
  /** The last request that was answered with a 2xx; ISO 8601. */
  lastAcceptedAt?: string;
  lastRefusal?: Refusal;
  /** Severities that nobody knew, as the sender wrote them; the last few, and when one came last. */
  unknownSeverities?: UnknownSeverities;
  /** Only hours in which something happened, oldest first. */
  hours: HealthHour[];
  /** There while the source counts as silent and somebody was told so. */
  alarm?: SilenceAlarm;
};

/** Why a request, or a record of it, was not accepted. `cause` is for the operator; the sender is not told. */
export type Refusal = { at: string; code: string; cause?: string };

export type UnknownSeverities = { at: string; words: string[] };

/** More words than this say that the field is no severity. */
const MAX_UNKNOWN_SEVERITIES = 8;
const MAX_WORD_CHARACTERS = 40;

/** At most a few short words: they are the sender's. */
export function boundedWords(words: readonly string[]): string[] {
  return [...new Set(words.map((word) => word.slice(0, MAX_WORD_CHARACTERS)))].slice(
    0,
    MAX_UNKNOWN_SEVERITIES,
  );
}

/** Alerts and records; `authFailures` are requests. */
export type HealthCounts = {
  accepted: number;
  /** Records that were refused; a request whose records nobody could tell apart counts as one. */
  rejected: number;
  authFailures: number;
  /** Accepted alerts whose severity nobody knows, or which do not match the schema of the source. */
  unclassified: number;
};

/** Counts of one hour; `hour` counts from the epoch. */
export type HealthHour = HealthCounts & { hour: number };

/** A silence that was announced. `since` tells one silence from the next: what the silence is counted from. */
export type SilenceAlarm = { since: string; raisedAt: string; alertId: string };

/** What ingest adds to the health of a source in one write. */
export type HealthDelta = Omit<SourceHealth, 'alarm'> & { refusedSample?: RefusedSample };

/** A record that was refused, as JSON without credentials, and when. It is kept for an hour, and the next one takes its place. */
export type RefusedSample = { at: string; record: string };
const REFUSED_SAMPLE_SECONDS = 3_600;

/** Epoch seconds after which nobody is shown the sample. */
export function sampleExpiresAt({ at }: Pick<RefusedSample, 'at'>): number {
  return Math.ceil(Date.parse(at) / 1_000) + REFUSED_SAMPLE_SECONDS;
}

export const HOUR_MS = 3_600_000;
/** How long counts are kept: the 24 hours before the running one. */
const HEALTH_HOURS = 24;
/** How often one execution environment writes the health of a source, at most. */
export const HEALTH_WRITE_INTERVAL_MS = 60_000;
/** A request may be this much younger than the item says: a batch, and a write that came in between. */
export const HEALTH_DELAY_MS = 2 * HEALTH_WRITE_INTERVAL_MS;

export const NO_COUNTS: HealthCounts = { accepted: 0, rejected: 0, authFailures: 0, unclassified: 0 };

export function addCounts(a: HealthCounts, b: HealthCounts): HealthCounts {
  return {
    accepted: a.accepted + b.accepted,
    rejected: a.rejected + b.rejected,
    authFailures: a.authFailures + b.authFailures,
    unclassified: a.unclassified + b.unclassified,
  };
}

/** Two deltas as one; of two instants the later one stands. */
export function addDeltas(earlier: HealthDelta, later: HealthDelta): HealthDelta {
  const lastAcceptedAt = latest(earlier.lastAcceptedAt, later.lastAcceptedAt);
  const lastRefusal =
    later.lastRefusal === undefined || (earlier.lastRefusal?.at ?? '') > later.lastRefusal.at
      ? earlier.lastRefusal
      : later.lastRefusal;
  const [first, second] = [earlier.unknownSeverities, later.unknownSeverities];
  const unknownSeverities =
    first === undefined || second === undefined
      ? (second ?? first)
      : {
          at: latest(first.at, second.at) ?? second.at,
          words: boundedWords([...second.words, ...first.words]),
        };
  const refusedSample = later.refusedSample ?? earlier.refusedSample;
  const hours = new Map(earlier.hours.map((hour) => [hour.hour, hour]));
  for (const { hour, ...counts } of later.hours) {
    hours.set(hour, { hour, ...addCounts(hours.get(hour) ?? NO_COUNTS, counts) });
  }
  return {
    ...(lastAcceptedAt !== undefined && { lastAcceptedAt }),
    ...(lastRefusal !== undefined && { lastRefusal }),
    ...(unknownSeverities !== undefined && { unknownSeverities }),
    ...(refusedSample !== undefined && { refusedSample }),
    hours: [...hours.values()].sort((a, b) => a.hour - b.hour),
  };
}

/** ISO 8601 in UTC sorts as text. */
function latest(a: string | undefined, b: string | undefined): string | undefined {
  return (a ?? '') > (b ?? '') ? a : b;
}

/** The first hour whose counts are still of use at this instant. */
export function oldestHour(nowMs: number): number {
  return Math.floor(nowMs / HOUR_MS) - HEALTH_HOURS;
}
