import { createHash } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import { indexRanges } from '../model/wire/accepted-request.ts';
import { provesInBody, type Source } from '../model/config/source.ts';
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
import { type Ingested, ingested } from './ingested.ts';
import { type ReadRecords, readRecords } from './read-records.ts';
import { durably, NoValidRecordError, RETRY_AFTER_SECONDS, UnauthenticError } from './refusals.ts';
import { contentSha256Of, requestIdentity } from './request-key.ts';
import { refuseOversized } from './request-size.ts';
import { checkSnsMessages, noSnsMessage, type SnsPorts } from './sns-messages.ts';
import { withinRate } from './source-rate.ts';
import { slackChallenge } from './slack-challenge.ts';
import { readBody } from './body/read-body.ts';

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
    return { ...ingested(source, ports.ids.uuid(), none, { accepted: 0, duplicates: 0 }), challenge };
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
    return ingested(source, proposal.requestId, first, { accepted: 0, duplicates: 0 });
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
    return { ...ingested(source, proposal.requestId, first, counts), key };
  }
  if (earlier.bodySha256 !== bodySha256) {
    throw new GatewayError('idempotency-conflict', 'this idempotency key was used before with another body');
  }
  const repeat = read(earlier);
  await repeatEnqueue(source, key, earlier, repeat, ports);
  return {
    ...ingested(source, earlier.requestId, repeat, { accepted: 0, duplicates: repeat.alerts.length }),
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

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
