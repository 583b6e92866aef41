import type { MiddlewareObj } from '@middy/core';
import type { InvocationIds } from '../../core/world.ts';

/**
 * Tells the log which invocation begins, so that every line of it can be found by the id that Lambda, API Gateway or a
 * sender names. The first of a handler's middlewares: what the others log is of the same invocation.
 */
export function requestIds(log: { during(ids: InvocationIds): void }): MiddlewareObj {
  return {
    before: ({ event, context }) => {
      const apiRequestId = requestIdOf(event);
      log.during({
        lambdaRequestId: context.awsRequestId,
        ...(apiRequestId !== undefined && { apiRequestId }),
      });
    },
  };
}

/** Of an HTTP API's event; events of other kinds have none. */
function requestIdOf(event: unknown): string | undefined {
  const { requestContext } = (event ?? {}) as { requestContext?: { requestId?: unknown } };
  const id = requestContext?.requestId;
  return typeof id === 'string' ? id : undefined;
}
