import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

type Endpoint = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
export type EmulatorAnswer = { status: number; headers: Record<string, string>; text: string };

/**
 * What the emulators answer to a request that came in at a proxy of a test.
 *
 * The proxy is the endpoint that the client speaks to over a socket; behind it the emulators are asked in this process.
 * A second connection for each call would be most of what a fault costs. The request goes on as it was signed, the host included.
 */
export async function askEmulators(
  endpoint: Endpoint,
  { url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>,
  body: Buffer,
): Promise<EmulatorAnswer> {
  const answer: EmulatorAnswer = { status: 0, headers: {}, text: '' };
  const request = Object.assign(Readable.from([body]), { method: 'POST', url, headers });
  const response = {
    destroyed: false,
    on: () => response,
    writeHead(status: number, given: Record<string, string>) {
      Object.assign(answer, { status, headers: given });
    },
    end(text: string) {
      answer.text = text;
    },
  };
  await endpoint(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  return answer;
}
