import { GatewayError } from '../errors.ts';
import type { AcceptedAlerts } from '../model/wire/accepted-alerts.ts';
import { joinedNames, namesOfAlerts } from '../model/wire/accepted-request.ts';
import type { ProvenRequest } from './authenticate-request.ts';
import { type Ingested, ingested } from './ingested.ts';
import type { AlertQueue, RequestLedger, RequestRecord } from './ports.ts';
import type { ReadRecords, RequestNames } from './read-records.ts';
import { durably, NoValidRecordError } from './refusals.ts';
import type { RequestIdentity } from './request-key.ts';

export type AcceptPorts = { ledger: RequestLedger; alerts: AlertQueue };

/** A request that may be accepted. */
type Acceptable = {
  proven: Pick<ProvenRequest, 'source' | 'format'>;
  identity: RequestIdentity;
  /** What it is called if it is the first of its kind, and its alerts under these names. */
  names: RequestNames;
  first: ReadRecords;
  /** Its alerts under the names of an earlier one. */
  read: (names: RequestNames) => ReadRecords;
};

/** @throws NoValidRecordError when no record could become an alert */
export function refuseWithoutAlert(read: ReadRecords): void {
  if (read.alerts.length > 0) return;
  const isMismatch = read.rejected.every(({ code }) => code === 'schema-mismatch');
  throw new NoValidRecordError(isMismatch ? 'schema-mismatch' : 'no-valid-record', read);
}

/**
 * Puts the alerts of a request into the queue, under the same ids however often its sender sends it.
 *
 * | an earlier request of this identity | what happens |
 * |---|---|
 * | there is none | remembered, then enqueued |
 * | had another content | refused |
 * | is known to be in the queue | nothing |
 * | may never have reached the queue, since its sender may have been answered 503 | enqueued once more under the ids of the first time, for the router to take what is not stored yet |
 * | had fewer alerts, because its source was changed since | the same, and the others count as its alerts |
 *
 * @throws GatewayError `idempotency-conflict`, or `not-durable` when the sender must come again
 */
export async function acceptOnce(request: Acceptable, ports: AcceptPorts): Promise<Ingested> {
  const earlier = await durably(async () => remember(request, ports.ledger));
  if (earlier === undefined) return acceptFirst(request, ports.alerts);
  if (earlier.bodySha256 !== request.identity.contentSha256) {
    throw new GatewayError('idempotency-conflict', 'this idempotency key was used before with another body');
  }
  return acceptAgain(request, earlier, ports);
}

/** The earlier request of the same identity; this one is remembered if there is none. */
async function remember(
  { proven, identity, names, first }: Acceptable,
  ledger: RequestLedger,
): Promise<RequestRecord | undefined> {
  const { key, contentSha256: bodySha256, windowSeconds } = identity;
  const alerts = namesOfAlerts(names.requestId, first.alerts, proven.format.news !== undefined);
  const request = { sourceId: proven.source.id, key, ...names, bodySha256, windowSeconds, ...alerts };
  return (await ledger.claim(request)).earlier;
}

async function acceptFirst(
  { proven, identity, names, first }: Acceptable,
  queue: AlertQueue,
): Promise<Ingested> {
  // Members of a group that did not change are stored already.
  const isRepeat = proven.format.news !== undefined;
  await durably(async () => queue.enqueue(messageOf(proven, names, first, isRepeat)));
  const counts = { accepted: first.alerts.length, duplicates: 0 };
  return { ...ingested(proven.source, names.requestId, first, counts), key: identity.key };
}

async function acceptAgain(
  { proven, identity, read }: Acceptable,
  earlier: RequestRecord,
  { alerts: queue, ledger }: AcceptPorts,
): Promise<Ingested> {
  const { source, format } = proven;
  const again = read(earlier);
  const names = namesOfAlerts(earlier.requestId, again.alerts, format.news !== undefined);
  const joined = joinedNames(earlier.alerts ?? names, names);
  if (!earlier.isConfirmed || joined.added > 0) {
    await durably(async () => {
      // Before it is in the queue: what is accepted is counted.
      if (joined.added > 0) await ledger.widen(source.id, identity.key, earlier, joined.names);
      await queue.enqueue(messageOf(proven, earlier, again, true));
      await ledger.confirm(source.id, identity.key);
    });
  }
  const counts = { accepted: joined.added, duplicates: again.alerts.length - joined.added };
  return { ...ingested(source, earlier.requestId, again, counts), key: identity.key };
}

function messageOf(
  { source }: Acceptable['proven'],
  { requestId }: RequestNames,
  { alerts }: ReadRecords,
  isRepeat: boolean,
): AcceptedAlerts {
  return {
    schema_version: '1',
    request_id: requestId,
    authenticated_by: source.auth.type,
    alerts,
    ...(isRepeat && { is_repeat: true }),
  };
}
