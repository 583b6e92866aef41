import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { answerDeadlines } from '../../functions/adapters/aws/answer-deadlines.ts';
import type { IngestPorts } from '../../functions/core/ingest/ingest-alerts.ts';
import { ingestHandler } from '../../functions/handlers/ingest-handler.ts';
import { httpErrors } from '../../functions/handlers/middleware/http-errors.ts';

type Given = IngestPorts & Partial<Parameters<typeof ingestHandler>[0]>;

/** An invocation with time enough. */
const IN_TIME = { getRemainingTimeInMillis: () => 10_000 } as Context;

/** The handler of ingestion over these ports; what it observes and logs goes nowhere unless told. A refusal is thrown. */
export function ingestHandlerOver(ports: Given) {
  const handle = ingestHandler({
    deadlines: answerDeadlines(),
    health: { observe: async () => {} },
    log: { info: () => {}, error: () => {} },
    ...ports,
  });
  return async (event: APIGatewayProxyEventV2) => handle(event, IN_TIME);
}

/** The function as its entry wires it: a refusal is an answer. */
export function ingestFunction(ports: Given) {
  const handle = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(httpErrors())
    .handler(ingestHandlerOver(ports));
  return async (event: APIGatewayProxyEventV2) => handle(event, IN_TIME);
}
