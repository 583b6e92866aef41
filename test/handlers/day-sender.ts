import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { dynamodbRequestLedger } from '../../functions/adapters/dynamodb/requests.ts';
import { sqsAlertQueue } from '../../functions/adapters/sqs/alert-queue.ts';
import { GatewayError } from '../../functions/core/errors.ts';
import { ingestHandlerOver } from './ingest-function.ts';
import { aSource, inMemoryPorts, SECRET } from '../core/ingest/a-request.ts';
import type { DayParts } from './day-functions.ts';
import type { MortalWorkers } from './mortal-workers.ts';

/** What a record says besides; the same however often it is asked. */
export type Said = (index: number) => Record<string, unknown>;

const MOST_ATTEMPTS = 20;

/** A sender of the day, and the real ingestion: a sender that gets no 202 repeats itself, with its own key. */
export function daySender({ inWorker }: MortalWorkers, { queues, table, clock, log }: DayParts) {
  const memory = inMemoryPorts({ sources: [aSource({ auth: { type: 'bearer' } })] });
  let requests = 0;

  const ingest = async (event: APIGatewayProxyEventV2) =>
    inWorker(async ({ client, sqs }) =>
      ingestHandlerOver({
        ...memory.ports,
        clock,
        ledger: dynamodbRequestLedger({ client, table, clock }),
        alerts: sqsAlertQueue({ client: sqs, queueUrl: queues.alerts.url }),
        log,
      })(event),
    ).catch(refused);

  return {
    /** Posts so many records, of one finding where nothing else is said; the ids of its alerts. */
    accept: async (count: number, said: Said = () => ({})): Promise<string[]> => {
      requests += 1;
      const key = `request-${String(requests)}`;
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
        const answer = await ingest(aPost(key, count, said));
        const { statusCode, body } = (answer ?? {}) as { statusCode?: number; body?: string };
        if (statusCode !== 202) continue;
        return (JSON.parse(body ?? '') as { alert_ids: string[] }).alert_ids;
      }
      throw new Error(`request ${key} was refused ${String(MOST_ATTEMPTS)} times`);
    },
  };
}

/** A 503 is for the sender to repeat; everything else is a failed test. */
function refused(error: unknown): undefined {
  if (error instanceof GatewayError && error.code === 'not-durable') return undefined;
  throw error;
}

function aPost(key: string, count: number, said: Said): APIGatewayProxyEventV2 {
  const sourceId = aSource().id;
  const body = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ title: 'Port scan', dedup_key: 'scan', type: 'scan', severity: 'high', ...said(index) }),
  ).join('\n');
  return {
    headers: {
      authorization: `Bearer ${SECRET}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': key,
    },
    rawPath: `/v1/ingest/${sourceId}`,
    rawQueryString: '',
    pathParameters: { sourceId },
    requestContext: { requestId: key, http: { method: 'POST' } },
    body,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}
