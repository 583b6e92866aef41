import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { httpAnswerReader } from '../../../functions/adapters/aws/http-answer.ts';
import { anAnswer, bytesOf } from './generated-answers.ts';

/** What a reader makes of pieces and then of the end of the connection: the answer, and how many pieces it took. */
function read(pieces: Buffer[]) {
  const reader = httpAnswerReader();
  for (const [index, piece] of pieces.entries()) {
    const answer = reader.push(piece);
    if (answer !== undefined) return { ...answer, body: answer.body.toString('latin1'), pieces: index + 1 };
  }
  const answer = reader.end();
  return answer && { ...answer, body: answer.body.toString('latin1'), pieces: 'all, and the end' };
}

const readText = (...texts: string[]) => read(texts.map((text) => Buffer.from(text, 'latin1')));

describe('an answer', () => {
  test('has a status, headers by names in lower case, and a body of the length that it tells', () => {
    expect(
      readText('HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\nX-Amzn-RequestId:  7 \r\n\r\n{"":'),
    ).toEqual({
      status: 400,
      headers: { 'content-length': '4', 'x-amzn-requestid': '7' },
      body: '{"":',
      isKept: true,
      pieces: 1,
    });
  });

  test.each([
    ['no body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', ''],
    ['no body, by its status', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
    ['no reason behind its status', 'HTTP/1.1 200\r\ncontent-length: 1\r\n\r\n1', '1'],
    ['one length twice', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\nContent-Length: 1\r\n\r\n1', '1'],
    [
      'chunks, extensions and a field behind them',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA;x="y"\r\n0123456789\r\n0\r\nx-checksum: 1\r\n\r\n',
      'abc0123456789',
    ],
    [
      'a coding before its chunks',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n1\r\nz\r\n0\r\n\r\n',
      'z',
    ],
    [
      'interim answers before it',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1',
      '1',
    ],
  ])('may have %s', (_, text, body) => {
    expect(readText(text)).toMatchObject({ body, isKept: true, pieces: 1 });
  });

  test('without a length ends with its connection', () => {
    expect(readText('HTTP/1.1 200 OK\r\n\r\n{', '}')).toMatchObject({
      body: '{}',
      isKept: false,
      pieces: 'all, and the end',
    });
  });

  test.each([
    ['its length', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n12'],
    ['its last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n12\r\n'],
    [
      'the end behind its last chunk',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n12\r\n0\r\n',
    ],
    ['the end of its head', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n'],
    ['anything', ''],
  ])('whose connection ends before %s is none', (_, text) => {
    expect(readText(text)).toBeUndefined();
  });

  test('is the same in whatever pieces it comes', () => {
    fc.assert(
      fc.property(anAnswer(), fc.array(fc.nat({ max: 40 }), { minLength: 1 }), (answer, sizes) => {
        const bytes = bytesOf(answer);
        const pieces: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = (sizes[turn % sizes.length] ?? 0) + 1;
          pieces.push(bytes.subarray(at, at + size));
          at += size;
        }
        const { pieces: _taken, ...one } = read([bytes]) ?? { pieces: 0 };
        expect(read(pieces)).toMatchObject(one);
        expect(one).toMatchObject({ status: answer.status, body: answer.body });
      }),
    );
  });
});

describe('the connection of an answer', () => {
  const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n';
  test.each([
    ['that says close', `${OK}Connection: Close\r\n\r\n1`],
    ['that says close among others', `${OK}connection: x-hop, close\r\n\r\n1`],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\n1'],
    ['that is followed by what nobody asked for', `${OK}\r\n1HTTP/1.1 200 OK`],
    ['that tells chunks and a length', `${OK}transfer-encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n\r\n`],
  ])('%s is not used again', (_, text) => {
    expect(readText(text)).toMatchObject({ body: '1', isKept: false });
  });
});

describe('what is no HTTP/1.1', () => {
  const secret = 'hunter2-hunter2';
  const head = 'HTTP/1.1 200 OK\r\n';
  test.each([
    ['another protocol', `${secret}\r\n\r\n`],
    ['another version', `HTTP/2 200 ${secret}\r\n\r\n`],
    ['a status of two digits', `HTTP/1.1 20 ${secret}\r\n\r\n`],
    ['a line without a colon', `${head}${secret}\r\n\r\n`],
    ['a line that goes on with the one before', `${head}a: b\r\n ${secret}: c\r\n\r\n`],
    ['a length that is none', `${head}content-length: ${secret}\r\n\r\n`],
    ['a length below nothing', `${head}content-length: -1\r\n\r\n`],
    ['two lengths', `${head}content-length: 1\r\ncontent-length: 2\r\n\r\n${secret}`],
    ['a size that is none', `${head}transfer-encoding: chunked\r\n\r\n${secret}\r\n`],
    ['a size with a sign', `${head}transfer-encoding: chunked\r\n\r\n+3\r\n${secret}\r\n`],
    ['a size that never ends', `${head}transfer-encoding: chunked\r\n\r\n${'0'.repeat(2_000)}${secret}`],
    ['a chunk that is longer than it says', `${head}transfer-encoding: chunked\r\n\r\n1\r\n1${secret}\r\n`],
    ['a line that ends without CR', `${head}transfer-encoding: chunked\r\n\r\n1\n${secret}\r\n`],
    ['a head that never ends', `${head}${`x: ${secret}\r\n`.repeat(2_000)}`],
  ])('is refused and not shown: %s', (_, text) => {
    const reading = () => readText(text);
    expect(reading).toThrow(/expected/);
    expect(reading).toThrow(expect.objectContaining({ name: 'MalformedAnswerError', code: 'EPROTO' }));
    expect(reading).not.toThrow(secret);
  });
});
