import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { receiveCanary, type ReceiveCanaryPorts } from '../core/canary/receive-canary.ts';
import type { EventLog } from '../core/world.ts';

/** A canary is some 2 KB. */
const MAX_BODY_CHARACTERS = 65_536;

/**
 * The receiver at the end of the canary's way: `200` for a canary of ours, `401` for everything else. A failure of our own is
 * thrown, and API Gateway says 500: then the canary is late, which is what it is for.
 */
export function receiveCanaryHandler(
  ports: ReceiveCanaryPorts & { log: EventLog },
): (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (event) => {
    const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
    if (body.length > MAX_BODY_CHARACTERS) return { statusCode: 413 };
    const received = await receiveCanary({ headers: event.headers, body }, ports);
    if (received.receipt === 'refused') return { statusCode: 401 };
    const { mark, latencyMs, isLate, isFirst, heartbeatProblem } = received;
    ports.log.info('canary.received', { canaryId: mark.canary_id, latencyMs, isLate, isFirst });
    if (heartbeatProblem !== undefined) ports.log.error('heartbeat.not-told', { problem: heartbeatProblem });
    return { statusCode: 200 };
  };
}
