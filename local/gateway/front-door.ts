import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalConsole } from '../local-run-options.ts';
import { isConsolePage, isLocalPage } from '../pages/local-pages.ts';
import { mayRead, refuseReader } from '../pages/may-read.ts';
import type { AccessKeys } from '../runtime/access-check.ts';
import { isAwsRequest } from './aws-endpoint.ts';
import { plainAnswer } from './loopback-server.ts';
import type { Handler } from './loopback-server.ts';

/**
 * Hands each request of the one port on: a call of AWS, the console, a page of the local run, or else the stack's API.
 *
 * Calls of AWS are signed. The console and the pages are for `operator` and for the user who runs the gateway. The API is public.
 */
export function createFrontDoor(behind: {
  accountId: string;
  operator: AccessKeys;
  aws: Handler;
  pages: Handler;
  /** Undefined where the template has no API. */
  api: Handler | undefined;
}) {
  let console: Pick<LocalConsole, 'handle'> | undefined;
  let isClosing = false;

  function pageFor(request: IncomingMessage): Handler | undefined {
    if (console !== undefined && isConsolePage(request)) return console.handle;
    return isLocalPage(request) ? behind.pages : undefined;
  }

  return {
    answer: async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (isAwsRequest(request, behind.accountId)) return behind.aws(request, response);
      const page = pageFor(request);
      if (page !== undefined) {
        return (await mayRead(request, behind.operator)) ? page(request, response) : refuseReader(response);
      }
      if (isClosing) return plainAnswer(response, 503, 'the local run is stopping');
      if (behind.api === undefined) return plainAnswer(response, 404, 'the stack has no API');
      return behind.api(request, response);
    },
    /** From now on the console answers at its paths. */
    show(opened: Pick<LocalConsole, 'handle'>): void {
      console = opened;
    },
    /** Refuses new requests to the API. The emulators still answer, since the last invocations call them. */
    close(): void {
      isClosing = true;
    },
  };
}
