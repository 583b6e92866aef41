import * as fc from 'fast-check';

/** An answer of a server, with all that HTTP/1.1 lets it say around a body. */
export type GeneratedAnswer = {
  status: number;
  headers: [name: string, value: string][];
  body: string;
  interim: number[];
  framing: { by: 'length' } | { by: 'chunks'; sizes: number[]; extension: string; trailers: string[] };
};

const name = fc.constantFrom('Date', 'x-amzn-RequestId', 'X-Amz-Crc32', 'Content-Type', 'Server', 'x-a');
const value = fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[^ -~]/g, ' ').trim());

export const anAnswer = (): fc.Arbitrary<GeneratedAnswer> =>
  fc.record({
    status: fc.constantFrom(200, 201, 400, 403, 413, 500, 503),
    headers: fc.uniqueArray(fc.tuple(name, value), { selector: ([each]) => each.toLowerCase() }),
    body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    interim: fc.array(fc.constantFrom(100, 103), { maxLength: 2 }),
    framing: fc.oneof(
      fc.constant({ by: 'length' } as const),
      fc.record({
        by: fc.constant('chunks' as const),
        sizes: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
        extension: fc.constantFrom('', ';a', ';a=b', ';a="b c"'),
        trailers: fc.subarray(['x-checksum: 1', 'Expires: never']),
      }),
    ),
  });

/** The answer as it is sent. */
export function bytesOf({ status, headers, body, interim, framing }: GeneratedAnswer): Buffer {
  const lines = [
    `HTTP/1.1 ${status} Any Reason`,
    ...headers.map(([each, said]) => `${each}: ${said}`),
    framing.by === 'length' ? `Content-Length: ${body.length}` : 'Transfer-Encoding: chunked',
  ];
  const before = interim.map((each) => `HTTP/1.1 ${each} Wait\r\n\r\n`).join('');
  const text = framing.by === 'length' ? body : chunksOf(body, framing);
  return Buffer.from(`${before}${lines.join('\r\n')}\r\n\r\n${text}`, 'latin1');
}

function chunksOf(
  body: string,
  { sizes, extension, trailers }: { sizes: number[]; extension: string; trailers: string[] },
): string {
  let text = '';
  for (let at = 0, turn = 0; at < body.length; turn += 1) {
    const chunk = body.slice(at, at + (sizes[turn % sizes.length] ?? 1));
    text += `${chunk.length.toString(16)}${extension}\r\n${chunk}\r\n`;
    at += chunk.length;
  }
  return `${text}0\r\n${trailers.map((line) => `${line}\r\n`).join('')}\r\n`;
}
