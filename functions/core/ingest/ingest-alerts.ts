import type { Clock, IdGenerator } from '../world.ts';
import { acceptOnce, type AcceptPorts, refuseWithoutAlert } from './accept-once.ts';
import { authenticateRequest, type AuthenticatePorts } from './authenticate-request.ts';
import { refuseLostBytes } from './body/lost-bytes.ts';
import { expandRecords } from './expand-records.ts';
import { type Ingested, nothingIngested } from './ingested.ts';
import type { IngestRequest } from './ingest-request.ts';
import type { RateLimiter } from './ports.ts';
import { type RequestNames, readRecords } from './read-records.ts';
import { recordCheckOf } from './record-check.ts';
import { requestIdentity } from './request-key.ts';
import { refuseOversized } from './request-size.ts';
import { withinRate } from './source-rate.ts';
import { slackChallenge } from './slack-challenge.ts';

export type IngestPorts = AuthenticatePorts &
  AcceptPorts & { limiter: RateLimiter; clock: Clock; ids: IdGenerator; tenantId: string };

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
  const { source, format, documents } = proven;
  const challenge = slackChallenge(source.auth, documents);
  if (challenge !== undefined) return { ...nothingIngested(source, ports.ids.uuid()), challenge };

  const records = expandRecords(documents, format, { headers: request.headers, source });
  await withinRate(source, records.length, ports.limiter, nowMs);
  // The sender had nothing to tell, and said so in a shape that its format knows.
  if (records.length === 0) return nothingIngested(source, ports.ids.uuid());

  const { tenantId } = ports;
  const check = await recordCheckOf(source);
  const read = ({ requestId, receivedAt }: RequestNames) =>
    readRecords(records, request, proven, { requestId, receivedAt, tenantId, check });
  const names = { requestId: ports.ids.uuid(), receivedAt: new Date(nowMs).toISOString() };
  const first = read(names);
  refuseWithoutAlert(first);
  return acceptOnce({ proven, identity: requestIdentity(request, proven), names, first, read }, ports);
}
