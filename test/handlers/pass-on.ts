import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';

/** Passes a request on as it is: its signature covers the host that it was made for, which `fetch` would replace. */
export async function passOn(
  endpoint: string,
  { url = '/', headers }: Pick<IncomingMessage, 'url' | 'headers'>,
  body: Buffer,
): Promise<{ status: number; contentType: string; text: string }> {
  const { connection: _, ...rest } = headers;
  const sent = httpRequest(`${endpoint}${url}`, { method: 'POST', headers: rest });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return {
    status: answer.statusCode ?? 0,
    contentType: answer.headers['content-type'] ?? '',
    text: await text(answer),
  };
}
