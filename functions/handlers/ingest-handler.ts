import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { GatewayError } from '../core/errors.ts';
import { ENQUEUE_PATH, enqueuedAnswer, enqueuedSourceId } from '../core/ingest/auth/routing-key.ts';
import { acceptedStatus } from '../core/ingest/accepted-status.ts';
import { answerHandshake } from '../core/ingest/answer-handshake.ts';
import { ingestAlerts, type IngestPorts } from '../core/ingest/ingest-alerts.ts';
import type { Ingested } from '../core/ingest/ingested.ts';
import { UnauthenticError } from '../core/ingest/refusals.ts';
import type { IngestRequest } from '../core/ingest/ingest-request.ts';
import { acceptedDelta, refusedDelta, rememberingRegistry } from '../core/ingest/observe-request.ts';
import { unreadableTeller } from '../core/ingest/tell-unreadable.ts';
import type { EventLog } from '../core/world.ts';
import type { SourceHealthLog } from '../core/ingest/ports.ts';

/**
 * A sender is answered inside 3 s, whatever our own services do. What this process computes does not count: the largest
 * body takes it seconds with a third of a processor, and to refuse it then would be to refuse it each time.
 */
const DEADLINE_MS = 2_700;
/** What is left of the invocation then is for the 503: a function that is ended in the middle answers nothing. */
const LAST_WORDS_MS = 1_000;
const RETRY_AFTER_SECONDS = 5;

/**
 * An HTTP API request in, 202 out, only after the alerts are durable.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function ingestHandler(
  ports: IngestPorts & { log: EventLog; health: SourceHealthLog; deadlines: Deadlines },
): (
  event: APIGatewayProxyEventV2,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<APIGatewayProxyStructuredResultV2> {
  const tellUnreadable = unreadableTeller(ports);
  return async (event, context) => {
    const request = requestOf(event);
    const { sources, found } = rememberingRegistry(ports.sources);
    const ingest = async () => {
      try {
        return await ingestAlerts(request, { ...ports, sources });
      } catch (refusal) {
        await tellUnreadable(refusal, found()).catch((error: unknown) =>
          ports.log.error('configuration.not-told', { error }),
        );
        throw refusal;
      }
    };
    try {
      if (request.method !== 'POST') {
        const answer = await answerHandshake(request, sources);
        if (answer !== undefined) {
          return { statusCode: answer.status, headers: answer.headers, body: answer.body };
        }
        throw new GatewayError(
          'method-not-allowed',
          `the method is ${request.method}; send the alert with POST`,
        );
      }
      const work = ingest();
      const ingested = await beforeDeadline(work, {
        deadlines: ports.deadlines,
        leftMs: context.getRemainingTimeInMillis(),
        onOver: () => void rememberLate(work, ports),
      });
      ports.log.info('alert.accepted', {
        sourceId: ingested.source.id,
        requestId: ingested.requestId,
        accepted: ingested.accepted,
        duplicates: ingested.duplicates,
        rejected: ingested.rejected.length,
      });
      await ports.health.observe(ingested.source.id, acceptedDelta(ingested, ports.clock.now()));
      return {
        statusCode: acceptedStatus(ingested.source),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(isEnqueue(event) ? enqueuedAnswer(ingested.dedupKeys[0]) : answerOf(ingested)),
      };
    } catch (error) {
      logRefusal(error, request, ports.log);
      const source = found();
      const delta = source === undefined ? undefined : refusedDelta(error, source, ports.clock.now());
      if (source !== undefined && delta !== undefined) {
        await ports.health.observe(source.id, delta);
      }
      throw error;
    }
  };
}

function answerOf(ingested: Ingested): Record<string, unknown> {
  if (ingested.challenge !== undefined) return { challenge: ingested.challenge };
  return {
    request_id: ingested.requestId,
    accepted: ingested.accepted,
    duplicates: ingested.duplicates,
    rejected: ingested.rejected,
    alert_ids: ingested.alertIds,
  };
}

/** The API knows a path without the slash at its end only; every other one comes by its default route. */
function sourceIdIn({ pathParameters, rawPath }: APIGatewayProxyEventV2): string | undefined {
  return pathParameters?.['sourceId'] ?? /^\/v1\/ingest\/([^/]+)\/?$/u.exec(rawPath)?.[1];
}

function isEnqueue({ rawPath }: APIGatewayProxyEventV2): boolean {
  return rawPath === ENQUEUE_PATH || rawPath === `${ENQUEUE_PATH}/`;
}

/** @throws GatewayError `not-found` for a path that is no source's, and for a body that should name its source and cannot be read */
function requestOf(event: APIGatewayProxyEventV2): IngestRequest {
  const sourceId = sourceIdIn(event);
  if (sourceId === undefined && !isEnqueue(event)) {
    throw new GatewayError(
      'not-found',
      'there is nothing at this path; post alerts to /v1/ingest/{sourceId}',
    );
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.headers)) {
    if (value !== undefined) {
      headers[name.toLowerCase()] = value;
    }
  }
  if (event.cookies !== undefined && headers['cookie'] === undefined) {
    headers['cookie'] = event.cookies.join('; ');
  }
  const request = {
    method: event.requestContext.http.method,
    target: event.rawQueryString === '' ? event.rawPath : `${event.rawPath}?${event.rawQueryString}`,
    headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
  if (sourceId !== undefined) return { ...request, sourceId };
  return { ...request, sourceId: request.method === 'POST' ? enqueuedSourceId(request) : '' };
}

/** Calls `onOver` when the work has waited for others for too long. */
export type Deadlines = { begin(limitMs: number, onOver: () => void): { end(): void } };

/**
 * The work's answer, unless it has waited for others for too long, or the invocation is nearly over. A late answer is not
 * awaited: the sender comes again with the same request, and what was enqueued collapses with it.
 */
async function beforeDeadline<T>(
  work: Promise<T>,
  { deadlines, leftMs, onOver }: { deadlines: Deadlines; leftMs: number; onOver: () => void },
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const end = (): void => {
    onOver();
    reject(
      new GatewayError('not-durable', 'the alert could not be stored in time; send it again', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      }),
    );
  };
  const deadline = deadlines.begin(DEADLINE_MS, end);
  const last = setTimeout(end, leftMs - LAST_WORDS_MS);
  try {
    return await Promise.race([work, late]);
  } finally {
    deadline.end();
    clearTimeout(last);
  }
}

/** When all of a request is in the queue after its sender was answered 503, the sender's next try is done with one read. */
async function rememberLate(
  work: Promise<Ingested>,
  { ledger, log }: Pick<IngestPorts, 'ledger'> & { log: EventLog },
): Promise<void> {
  try {
    const { source, requestId, key, accepted } = await work;
    if (key === undefined || accepted === 0) return;
    await ledger.confirm(source.id, key);
    log.info('alert.accepted-late', { sourceId: source.id, requestId, accepted });
  } catch {
    // Then the next try enqueues everything again, and the router skips what is stored.
  }
}

/** A refusal is the sender's business; what the sender cannot mend is an error of ours. */
function logRefusal(error: unknown, request: IngestRequest, log: EventLog): void {
  if (!(error instanceof GatewayError)) {
    log.error('alert.rejected', { code: 'bug', error });
    return;
  }
  const fields = {
    code: error.code,
    bytes: request.body.length,
    ...(error instanceof UnauthenticError && { because: error.because, sourceId: error.sourceId }),
  };
  if (error.code === 'not-durable') {
    log.error('alert.rejected', { ...fields, error: error.cause ?? error });
  } else {
    log.info('alert.rejected', fields);
  }
}
