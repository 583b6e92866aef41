import { createHash } from 'node:crypto';
import { GatewayError, type RecordRejection } from '../errors.ts';
import { indexRanges } from '../model/wire/accepted-request.ts';
import type { Alert } from '../model/wire/alert.ts';
import { provesInBody, type Source, type SourceAuth } from '../model/config/source.ts';
import type {
  AlertQueue,
  RateLimiter,
  RequestLedger,
  RequestRecord,
  SourceRegistry,
  SourceSecrets,
} from './ports.ts';
import type { Clock, IdGenerator } from '../world.ts';
import { authenticate, authenticateBody } from './authenticate.ts';
import { expandRecords } from './expand-records.ts';
import { findSource } from './find-source.ts';
import { findFormat } from './formats/index.ts';
import type { Format } from './formats/format.ts';
import type { IngestRequest } from './ingest-request.ts';
import { refuseLostBytes } from './body/lost-bytes.ts';
import { normalize, type RequestFacts } from './normalize.ts';
import { refusedSample } from './refused-sample.ts';
import { contentSha256Of, requestIdentity } from './request-key.ts';
import { refuseOversized } from './request-size.ts';
import { checkSnsMessages, noSnsMessage, type SnsPorts } from './sns-messages.ts';
import { withinRate } from './source-rate.ts';
import { slackChallenge } from './slack-challenge.ts';
import { readBody } from './body/read-body.ts';

const RETRY_AFTER_SECONDS = 5;

export type IngestPorts = {
  sources: SourceRegistry;
  secrets: SourceSecrets;
  limiter: RateLimiter;
  ledger: RequestLedger;
  alerts: AlertQueue;
  clock: Clock;
  ids: IdGenerator;
  tenantId: string;
  sns: SnsPorts;
};

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

/**
 * Authenticates a request, turns its body into alerts, and resolves only after they are durable in the queue.
 *
 * @throws GatewayError and nothing else, whatever bytes arrive: a refusal, or `not-durable` when the alert could
 *   not be stored and the sender must come again.
 */
export async function ingestAlerts(request: IngestRequest, ports: IngestPorts): Promise<Ingested> {
  const nowMs = ports.clock.now();
  refuseOversized(request);
  refuseLostBytes(request);
  const source = await authenticatedSource(request, ports, nowMs);
  const format = findFormat(source.format);
  if (format === undefined) {
    throw new GatewayError(
      'not-durable',
      `the format of this source is not known to this version of the gateway`,
      {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      },
    );
  }
  const sentSha256 = sha256(request.body);
  const { documents, contentSha256, isRepaired } = readDocuments(request, source, format, sentSha256);
  const keyed = await durably(async () => authenticateBody(source, documents, ports.secrets, nowMs));
  if (!keyed.ok) {
    throw new UnauthenticError(keyed.cause, source.id);
  }
  const sentBySns = await durably(async () =>
    checkSnsMessages({ source, request, documents }, format, ports.sns, nowMs),
  );
  if (!sentBySns.ok) {
    throw new UnauthenticError(sentBySns.cause, source.id);
  }
  const challenge = slackChallenge(source.auth, documents);
  if (challenge !== undefined) {
    const none = { alerts: [], rejected: [] };
    return { ...answer(source, ports.ids.uuid(), none, { accepted: 0, duplicates: 0 }), challenge };
  }
  const records = expandRecords(documents, format, { headers: request.headers, source });
  await withinRate(source, records.length, ports.limiter, nowMs);
  const { key, windowSeconds, ...identity } = requestIdentity(request, source, format, {
    documents,
    contentSha256,
  });
  const bodySha256 = identity.contentSha256;

  const receivedAt = new Date(nowMs).toISOString();
  const proposal = { requestId: ports.ids.uuid(), bodySha256, receivedAt };
  const read = (facts: { requestId: string; receivedAt: string }): ReadRecords =>
    readRecords(records, request, format, {
      ...facts,
      source,
      tenantId: ports.tenantId,
      isRepaired,
      raw: {
        sha256: sentSha256,
        size: request.body.length,
        ...(request.headers['content-type'] !== undefined && {
          content_type: request.headers['content-type'],
        }),
      },
    });

  const first = read(proposal);
  if (records.length === 0) {
    // The sender had nothing to tell, and said so in a shape that its format knows.
    return answer(source, proposal.requestId, first, { accepted: 0, duplicates: 0 });
  }
  if (first.alerts.length === 0) {
    const isMismatch = first.rejected.every(({ code }) => code === 'schema-mismatch');
    throw new NoValidRecordError(isMismatch ? 'schema-mismatch' : 'no-valid-record', first);
  }
  const { earlier } = await durably(async () =>
    ports.ledger.claim({
      sourceId: source.id,
      key,
      ...proposal,
      windowSeconds,
      indexes: indexRanges(first.alerts.map(({ raw }) => raw.index)),
    }),
  );
  if (earlier === undefined) {
    await durably(async () =>
      ports.alerts.enqueue({
        schema_version: '1',
        request_id: proposal.requestId,
        authenticated_by: source.auth.type,
        alerts: first.alerts,
        // Members of a group that did not change are stored already.
        ...(format.news !== undefined && { is_repeat: true }),
      }),
    );
    const counts = { accepted: first.alerts.length, duplicates: 0 };
    return { ...answer(source, proposal.requestId, first, counts), key };
  }
  if (earlier.bodySha256 !== bodySha256) {
    throw new GatewayError('idempotency-conflict', 'this idempotency key was used before with another body');
  }
  const repeat = read(earlier);
  await repeatEnqueue(source, key, earlier, repeat, ports);
  return {
    ...answer(source, earlier.requestId, repeat, { accepted: 0, duplicates: repeat.alerts.length }),
    key,
  };
}

/** What the body holds, and its hash. Returns only that: a body may be 10 MiB, and its text as much again. */
function readDocuments(
  request: IngestRequest,
  source: Source,
  format: Format,
  sentSha256: string,
): { documents: unknown[]; contentSha256: string; isRepaired: boolean } {
  try {
    const { content, documents, isRepaired } = readBody(request, source, format);
    return {
      documents,
      isRepaired,
      contentSha256: contentSha256Of(request, source.auth, content, sentSha256),
    };
  } catch (error) {
    // Where the body is the proof, who sends what cannot be read has proved nothing, and is told nothing.
    if (!provesInBody(source.auth) || !(error instanceof GatewayError)) throw error;
    const because = source.auth.type === 'sns' ? noSnsMessage(request) : 'malformed-credential';
    throw new UnauthenticError(because, source.id);
  }
}

/**
 * Nobody knows whether the earlier request reached the queue: its sender may be coming again after a 503. So it is
 * enqueued once more under the ids of the first time, marked for the router to take only what is not stored yet.
 */
async function repeatEnqueue(
  source: Source,
  key: string,
  earlier: RequestRecord,
  repeat: ReadRecords,
  ports: IngestPorts,
): Promise<void> {
  if (earlier.isConfirmed) {
    return;
  }
  await durably(async () => {
    await ports.alerts.enqueue({
      schema_version: '1',
      request_id: earlier.requestId,
      authenticated_by: source.auth.type,
      alerts: repeat.alerts,
      is_repeat: true,
    });
    await ports.ledger.confirm(source.id, key);
  });
}

/** Unknown source, missing and wrong credential are one refusal: nobody learns which sources exist. */
async function authenticatedSource(
  request: IngestRequest,
  ports: IngestPorts,
  nowMs: number,
): Promise<Source> {
  const source = await durably(async () => findSource(request, ports.sources));
  if (source === undefined) {
    throw new UnauthenticError('unknown-source');
  }
  const verdict = await durably(async () => authenticate(source, request, ports.secrets, nowMs));
  if (!verdict.ok) {
    throw new UnauthenticError(verdict.cause, source.id);
  }
  return source;
}

/** The refusal of a sender who did not prove itself. The cause is for our log; the sender is not told. */
export class UnauthenticError extends GatewayError {
  readonly because: string;
  readonly sourceId: string | undefined;

  constructor(because: string, sourceId?: string) {
    super('unauthorized', 'the request could not be authenticated');
    this.because = because;
    this.sourceId = sourceId;
  }
}

/** The refusal of a body without one record that could be accepted. */
export class NoValidRecordError extends GatewayError {
  readonly refusedSample: string | undefined;

  constructor(code: 'schema-mismatch' | 'no-valid-record', { rejected, refusedSample: sample }: ReadRecords) {
    super(code, 'no record of the body could be accepted', { rejected });
    this.refusedSample = sample;
  }
}

/** What fails inside is our fault and passes: the sender is asked to come again. */
async function durably<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    throw new GatewayError('not-durable', 'the alert could not be stored durably; send it again', {
      cause,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

type ReadRecords = { alerts: Alert[]; rejected: RecordRejection[]; refusedSample?: string };

function readRecords(
  records: unknown[],
  request: IngestRequest,
  format: Format,
  facts: RequestFacts,
): ReadRecords {
  const alerts: Alert[] = [];
  const rejected: RecordRejection[] = [];
  for (const [index, record] of records.entries()) {
    const normalized = normalize(
      record,
      index,
      format,
      { headers: request.headers, source: facts.source },
      facts,
    );
    if (normalized.ok) {
      alerts.push(normalized.alert);
    } else {
      rejected.push(normalized.rejection);
    }
  }
  const unread = rejected.find(({ code }) => code === 'missing-title' || code === 'schema-mismatch');
  const sample = unread === undefined ? undefined : refusedSample(records[unread.index]);
  return { alerts, rejected, ...(sample !== undefined && { refusedSample: sample }) };
}

function answer(
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

function unknownSeverities(alerts: readonly Alert[]): string[] {
  const words = alerts.flatMap(({ unclassified = [], severity_original: word }) =>
    word !== undefined && unclassified.some(({ code }) => code === 'unknown-severity') ? [word] : [],
  );
  return [...new Set(words)];
}
