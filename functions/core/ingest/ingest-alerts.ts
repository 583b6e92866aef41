import { GatewayError } from '../errors.ts';
import { indexRanges } from '../model/wire/accepted-request.ts';
import type { Source } from '../model/config/source.ts';
import type {
  AlertQueue,
  RateLimiter,
  RequestLedger,
  RequestRecord,
  SourceRegistry,
  SourceSecrets,
} from './ports.ts';
import type { Clock, IdGenerator } from '../world.ts';
import { authenticateRequest } from './authenticate-request.ts';
import { expandRecords } from './expand-records.ts';
import type { IngestRequest } from './ingest-request.ts';
import { refuseLostBytes } from './body/lost-bytes.ts';
import { type Ingested, ingested } from './ingested.ts';
import { type ReadRecords, readRecords } from './read-records.ts';
import { durably, NoValidRecordError } from './refusals.ts';
import { requestIdentity } from './request-key.ts';
import { refuseOversized } from './request-size.ts';
import type { SnsPorts } from './sns-messages.ts';
import { withinRate } from './source-rate.ts';
import { slackChallenge } from './slack-challenge.ts';

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
  const proven = await authenticateRequest(request, ports, nowMs);
  const { source, format, documents, contentSha256, isRepaired } = proven;
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
        sha256: proven.sentSha256,
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
