import type { RecordRejection } from '../errors.ts';
import type { Source, SourceAuth } from '../model/config/source.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { ReadRecords } from './read-records.ts';

/** What the sender is answered, and what the log says. */
export type Ingested = {
  requestId: string;
  /** By which a repetition is known; undefined when nothing was remembered. */
  key?: string;
  source: { id: string; name: string; format: string; auth: SourceAuth };
  accepted: number;
  duplicates: number;
  rejected: RecordRejection[];
  alertIds: string[];
  /** The keys of the conditions that the alerts are about. */
  dedupKeys: string[];
  /** The first record that was refused for what it says, for `source infer`. */
  refusedSample?: string;
  /** Slack's question whether we are willing, which is answered with its challenge. */
  challenge?: string;
  /** How many of the alerts are delivered although nobody knows how bad they are, or what they are. */
  unclassified: number;
  /** The senders' own words for severities that nobody knows, each once. */
  unknownSeverities: string[];
};

export function ingested(
  source: Source,
  requestId: string,
  read: ReadRecords,
  counts: { accepted: number; duplicates: number },
): Ingested {
  return {
    requestId,
    source: { id: source.id, name: source.name, format: source.format, auth: source.auth },
    ...counts,
    rejected: read.rejected,
    alertIds: read.alerts.map((alert) => alert.id),
    dedupKeys: read.alerts.map((alert) => alert.dedup_key),
    ...(read.refusedSample !== undefined && { refusedSample: read.refusedSample }),
    unclassified: read.alerts.filter((alert) => alert.unclassified !== undefined).length,
    unknownSeverities: unknownSeverities(read.alerts),
  };
}

/** A request that holds no record. */
export function nothingIngested(source: Source, requestId: string): Ingested {
  return ingested(source, requestId, { alerts: [], rejected: [] }, { accepted: 0, duplicates: 0 });
}

function unknownSeverities(alerts: readonly Alert[]): string[] {
  const words = alerts.flatMap(({ unclassified = [], severity_original: word }) =>
    word !== undefined && unclassified.some(({ code }) => code === 'unknown-severity') ? [word] : [],
  );
  return [...new Set(words)];
}
