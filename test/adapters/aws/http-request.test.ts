import { describe, expect, test } from 'vitest';
import { requestBytes } from '../../../functions/adapters/aws/http-request.ts';

const usual = { method: 'POST', path: '/', headers: { host: 'localhost' }, body: '{}' };
const text = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('utf8');

describe('a request', () => {
  test('is its line, its headers as they are given, and its body', () => {
    const headers = { host: 'localhost', 'X-Amz-Target': 'A.B', 'Content-Length': '2' };
    expect(text(requestBytes({ ...usual, path: '/1/queue', headers }))).toBe(
      'POST /1/queue HTTP/1.1\r\nhost: localhost\r\nX-Amz-Target: A.B\r\nContent-Length: 2\r\n\r\n{}',
    );
  });

  test.each([
    ['a text', '{"title":"Zugriff verweigert — 拒否"}'],
    ['bytes', Buffer.from('{"title":"Zugriff verweigert — 拒否"}')],
  ])('tells how many bytes %s has where nobody did', (_, body) => {
    const [head, rest] = text(requestBytes({ ...usual, body })).split('\r\n\r\n');
    expect(head).toMatch(/content-length: 41$/);
    expect(rest).toBe('{"title":"Zugriff verweigert — 拒否"}');
  });

  test('without a body says so', () => {
    expect(text(requestBytes({ ...usual, body: undefined }))).toMatch(/content-length: 0\r\n\r\n$/);
  });
});

describe('what would end its line early', () => {
  test.each<[string, Partial<typeof usual>]>([
    [
      'a line end in a header',
      { headers: { host: 'localhost', 'x-token': 'hunter2\r\nx-other: 1' } as never },
    ],
    ['a line feed alone', { headers: { 'x-token': 'hunter2\n' } as never }],
    ['a character that no header has', { headers: { 'x-token': 'hunter2→' } as never }],
    ['a name with a space', { headers: { 'x token': 'hunter2' } as never }],
    ['a name without characters', { headers: { '': 'hunter2' } as never }],
    ['a space in the path', { path: '/hunter2 HTTP/1.1' }],
    ['a path that is none', { path: 'hunter2' }],
  ])('is refused, and its value is not shown: %s', (_, changed) => {
    const making = () => requestBytes({ ...usual, ...changed });
    expect(making).toThrow(/cannot be sent; expected printable characters/);
    expect(making).not.toThrow('hunter2');
  });
});
