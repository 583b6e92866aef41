import { describe, expect, it } from 'vitest';
import { MAX_REQUEST_BYTES, requestBytes } from '../../../functions/core/ingest/request-size.ts';
import { aRequest, codeOf, outcome } from './a-request.ts';

const LIMIT = 1_048_576;

/** As `curl` would write it. */
function onTheWire({ method, target, headers, body }: ReturnType<typeof aRequest>): Buffer {
  const lines = [`${method} ${target} HTTP/1.1`, ...Object.entries(headers).map(([k, v]) => `${k}: ${v}`)];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

function sized(bytes: number, fill: 'header' | 'body' | 'target') {
  const build = (length: number) =>
    aRequest({
      headers: { host: 'example.com', ...(fill === 'header' && { 'x-padding': 'a'.repeat(length) }) },
      ...(fill === 'target' && { target: `/v1/ingest/src_1?${'a'.repeat(length)}` }),
      body: { title: 'x', ...(fill === 'body' && { padding: 'a'.repeat(length) }) },
    });
  return build(bytes - onTheWire(build(0)).length);
}

describe('the size of a request', () => {
  it('is 1 MB', () => {
    expect(MAX_REQUEST_BYTES).toBe(LIMIT);
  });

  it('counts what is on the wire: request line, headers, empty line, body', () => {
    const request = aRequest({ headers: { host: 'example.com', 'x-name': 'ü' }, body: '{"title":"ü"}' });
    expect(requestBytes(request)).toBe(onTheWire(request).length);
  });

  it.each(['header', 'body', 'target'] as const)('decides at the limit where the %s grows', async (fill) => {
    expect(onTheWire(sized(LIMIT, fill))).toHaveLength(LIMIT);
    // A record of 1 MB without any repetition would be too large for the queue; this one compresses.
    expect(await codeOf(sized(LIMIT - 1, fill))).toBe('accepted');
    expect(await codeOf(sized(LIMIT, fill))).toBe('accepted');
    expect(await codeOf(sized(LIMIT + 1, fill))).toBe('payload-too-large');
  });

  it('lets one byte of a header decide over the same body', async () => {
    const request = sized(LIMIT, 'body');
    const longer = { ...request, headers: { ...request.headers, host: 'example.com.' } };
    expect(await codeOf(request)).toBe('accepted');
    expect(await codeOf(longer)).toBe('payload-too-large');
  });

  it('counts the body alone of an event of AWS: it came with no request line and no header', () => {
    const event = { ...aRequest({ body: 'x'.repeat(LIMIT) }), via: 'aws-event' as const };
    expect(requestBytes(event)).toBe(LIMIT);
  });

  it('does not charge the sender for what API Gateway adds', async () => {
    const request = sized(LIMIT, 'body');
    const added = { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' };
    const trace = { 'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793' };
    expect(await codeOf({ ...request, headers: { ...request.headers, ...added, ...trace } })).toBe(
      'accepted',
    );
  });

  it('says how large the request is, and how large it may be', async () => {
    const result = await outcome(sized(LIMIT + 1, 'body'));
    expect(result).toMatchObject({
      refusal: { message: expect.stringMatching(/1048577 bytes.*at most 1048576/u) as string },
    });
  });
});
