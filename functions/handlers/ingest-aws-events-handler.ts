import type { SQSEvent } from 'aws-lambda';
import { boundedMap, CALLS_AT_ONCE } from '../core/bounded-map.ts';
import { GatewayError } from '../core/errors.ts';
import { ingestAlerts, type IngestPorts } from '../core/ingest/ingest-alerts.ts';
import type { Ingested } from '../core/ingest/ingested.ts';
import { acceptedDelta, refusedDelta, rememberingRegistry } from '../core/ingest/observe-request.ts';
import type { AwsEventLetters, AwsSources, SourceHealthLog } from '../core/ingest/ports.ts';
import { UnauthenticError } from '../core/ingest/refusals.ts';
import { unreadableTeller } from '../core/ingest/tell-unreadable.ts';
import {
  awsEventKind,
  awsSourceId,
  awsSourceName,
  type AwsEventKind,
} from '../core/model/config/aws-events.ts';
import type { Source } from '../core/model/config/source.ts';
import { unreadableEvent } from '../core/system-alerts/event-unreadable.ts';
import { raised } from '../core/system-alerts/raise.ts';
import { cut } from '../core/text/cut.ts';
import type { EventLog } from '../core/world.ts';
import type { FailedMessages } from './middleware/sqs-batch.ts';

/** An event as EventBridge puts it into a queue, as far as it can be read. */
type ReceivedEvent = { body: string; kind: AwsEventKind; title: string; eventId: string };

const MAX_DETAIL_CHARACTERS = 240;

/**
 * Events that EventBridge put into the queue in, alerts out, by the same core as requests.
 *
 * | what comes of an event | the message |
 * |---|---|
 * | its alerts are in the alerts queue | goes |
 * | its source is disabled | goes: somebody decided that; it is counted as refused |
 * | it, or one finding of it, can be no alert | goes once it lies in the dead-letter queue with its reason and is told |
 * | anything of ours failed, configuration that cannot be read included | comes back, and is a dead letter after five receives |
 */
export function ingestAwsEventsHandler(
  ports: IngestPorts & {
    awsSources: AwsSources;
    letters: AwsEventLetters;
    health: SourceHealthLog;
    log: EventLog;
  },
): (event: SQSEvent) => Promise<FailedMessages> {
  const tellUnreadable = unreadableTeller(ports);
  const made = new Set<AwsEventKind>();

  async function ensureSource(kind: AwsEventKind): Promise<void> {
    if (made.has(kind)) return;
    await ports.awsSources.ensure(kind);
    made.add(kind);
  }

  /** Lays down what can be no alert, and tells of it, before its message may go. */
  async function layDown(event: ReceivedEvent, detail: string, found: Source | undefined): Promise<void> {
    const said = cut(detail, MAX_DETAIL_CHARACTERS);
    await ports.letters.deadLetter(event.body, { reason: 'unreadable-event', detail: said });
    const { kind, title, eventId } = event;
    const about = {
      sourceId: awsSourceId(kind),
      sourceName: found?.name ?? awsSourceName(kind),
      title,
      eventId,
      detail: said,
    };
    await ports.alerts.enqueue(raised([unreadableEvent(about, ports.clock.now(), ports.tenantId)]));
  }

  async function noteAccepted(event: ReceivedEvent, ingested: Ingested): Promise<void> {
    ports.log.info('alert.accepted', {
      sourceId: ingested.source.id,
      requestId: ingested.requestId,
      eventId: event.eventId,
      accepted: ingested.accepted,
      duplicates: ingested.duplicates,
      rejected: ingested.rejected.length,
    });
    await ports.health.observe(ingested.source.id, acceptedDelta(ingested, ports.clock.now()));
  }

  async function ingest(event: ReceivedEvent): Promise<void> {
    const { sources, found } = rememberingRegistry(ports.sources);
    try {
      await ensureSource(event.kind);
      const ingested = await ingestAlerts(requestOf(event), { ...ports, sources });
      const [first] = ingested.rejected;
      // A sender would be told which of its findings were refused. AWS asks for no answer.
      if (first !== undefined) await layDown(event, `${first.code}: ${first.detail}`, found());
      await noteAccepted(event, ingested);
    } catch (error) {
      await tellUnreadable(error, found()).catch((failure: unknown) =>
        ports.log.error('configuration.not-told', { error: failure }),
      );
      if (!(error instanceof GatewayError) || error.code === 'not-durable') throw error;
      const source = found();
      const isDisabled = error instanceof UnauthenticError && source?.isEnabled === false;
      // Somebody deleted the source: it is made again before the message comes back.
      if (error instanceof UnauthenticError && !isDisabled) {
        made.delete(event.kind);
        throw error;
      }
      if (!isDisabled) await layDown(event, `${error.code}: ${error.message}`, source);
      ports.log.info('alert.rejected', { code: error.code, sourceId: source?.id, eventId: event.eventId });
      const delta = source === undefined ? undefined : refusedDelta(error, source, ports.clock.now());
      if (source !== undefined && delta !== undefined) await ports.health.observe(source.id, delta);
    }
  }

  return async ({ Records: records }) => {
    const failedMessageIds: string[] = [];
    await boundedMap(records, CALLS_AT_ONCE, async ({ messageId, body }) => {
      const event = receivedEvent(body);
      try {
        await ingest(event);
      } catch (error) {
        ports.log.error('event.not-ingested', { messageId, eventId: event.eventId, error });
        failedMessageIds.push(messageId);
      }
    });
    return { failedMessageIds };
  };
}

function requestOf({ body, kind }: ReceivedEvent) {
  return {
    via: 'aws-event' as const,
    sourceId: awsSourceId(kind),
    method: 'POST',
    target: '/aws-events',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(body, 'utf8'),
  };
}

function receivedEvent(body: string): ReceivedEvent {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    // Then the core says so.
  }
  const { id, 'detail-type': title } = Object(event) as { id?: unknown; 'detail-type'?: unknown };
  return {
    body,
    kind: awsEventKind(event),
    title: typeof title === 'string' ? title : 'no detail-type',
    eventId: typeof id === 'string' ? id : 'no id',
  };
}
