import { GatewayError } from '../errors.ts';
import {
  boundedWords,
  HOUR_MS,
  NO_COUNTS,
  type HealthCounts,
  type HealthDelta,
} from '../model/wire/source-health.ts';
import type { Source } from '../model/config/source.ts';
import type { SourceRegistry } from './ports.ts';
import type { Ingested } from './ingested.ts';
import { NoValidRecordError, UnauthenticError } from './refusals.ts';

/** A registry that remembers the source it found last, so that a refusal can be counted for the source it concerns. */
export function rememberingRegistry(registry: SourceRegistry): {
  sources: SourceRegistry;
  found: () => Source | undefined;
} {
  let source: Source | undefined;
  return {
    sources: {
      find: async (id) => {
        source = await registry.find(id);
        return source;
      },
    },
    found: () => source,
  };
}

/** What an accepted request says about the health of its source. A repetition is a sign of life like any other. */
export function acceptedDelta(ingested: Ingested, nowMs: number): HealthDelta {
  const [first] = ingested.rejected;
  const at = new Date(nowMs).toISOString();
  return {
    lastAcceptedAt: at,
    ...(first !== undefined && { lastRefusal: { at, code: first.code, cause: first.detail } }),
    ...(ingested.refusedSample !== undefined && { refusedSample: { at, record: ingested.refusedSample } }),
    ...(ingested.accepted > 0 &&
      ingested.unknownSeverities.length > 0 && {
        unknownSeverities: { at, words: boundedWords(ingested.unknownSeverities) },
      }),
    hours: hoursOf(nowMs, {
      accepted: ingested.accepted,
      rejected: ingested.rejected.length,
      unclassified: ingested.accepted === 0 ? 0 : ingested.unclassified,
    }),
  };
}

/**
 * What a refusal says about the health of a source; undefined when it says nothing.
 *
 * `not-durable` is a fault of ours: it says nothing about the sender, and alarms watch for it elsewhere.
 */
export function refusedDelta(error: unknown, source: Source, nowMs: number): HealthDelta | undefined {
  if (!(error instanceof GatewayError) || error.code === 'not-durable') {
    return undefined;
  }
  const at = new Date(nowMs).toISOString();
  if (error instanceof UnauthenticError) {
    const cause = source.isEnabled ? error.because : 'source-disabled';
    return { lastRefusal: { at, code: error.code, cause }, hours: hoursOf(nowMs, { authFailures: 1 }) };
  }
  const [first] = error.rejected ?? [];
  const sample = error instanceof NoValidRecordError ? error.refusedSample : undefined;
  return {
    ...(sample !== undefined && { refusedSample: { at, record: sample } }),
    lastRefusal: { at, code: first?.code ?? error.code, cause: first?.detail ?? error.message },
    hours: hoursOf(nowMs, { rejected: Math.max(1, error.rejected?.length ?? 0) }),
  };
}

function hoursOf(nowMs: number, counts: Partial<HealthCounts>): HealthDelta['hours'] {
  return Object.values(counts).every((count) => count === 0)
    ? []
    : [{ hour: Math.floor(nowMs / HOUR_MS), ...NO_COUNTS, ...counts }];
}
