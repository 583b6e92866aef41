import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { assert, jsonValue, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMessageBody, encodeMessageBody } from '../../../functions/adapters/sqs/message-body.ts';
import { anyCharacter } from '../../any-character.ts';

/** What SQS takes: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF. */
const ACCEPTED = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

describe('a message body', () => {
  test('of any JSON value holds only what SQS takes, and reads back', () => {
    const text = string({ unit: anyCharacter });
    assert(
      property(jsonValue({ stringUnit: text }), (value) => {
        const body = encodeMessageBody(value);
        expect(body).toMatch(ACCEPTED);
        expect(decodeMessageBody(body)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('escapes what JSON leaves alone and SQS refuses', () => {
    const text = 'a\u0000\u0007\uFFFE\uFFFF\uD800b';
    const body = encodeMessageBody({ text });
    expect(body).toBe('{"text":"a\\u0000\\u0007\\ufffe\\uffff\\ud800b"}');
    expect(decodeMessageBody(body)).toEqual({ text });
  });

  test('is readable JSON up to 192 KiB and compressed beyond', () => {
    const readable = { text: 'x'.repeat(192 * 1024 - '{"text":""}'.length) };
    expect(encodeMessageBody(readable)).toBe(JSON.stringify(readable));
    const long = { text: `${readable.text}x\uFFFF` };
    const body = encodeMessageBody(long);
    expect(body.length).toBeLessThan(1_000);
    expect(body).toMatch(/^\{"encoding":"gzip\+base64","data":"[A-Za-z0-9+/=]+"\}$/);
    expect(decodeMessageBody(body)).toEqual(long);
  });

  test('that no compression helps is still read back', () => {
    const noise = { noise: randomBytes(300_000).toString('base64') };
    expect(decodeMessageBody(encodeMessageBody(noise))).toEqual(noise);
  });

  test.each([
    ['no JSON', 'canary {', 'message body is not JSON (8 characters)'],
    ['nothing', '', 'message body is not JSON (0 characters)'],
    [
      'a compressed body that is none',
      '{"encoding":"gzip+base64","data":"Y2FuYXJ5"}',
      'cannot be decompressed',
    ],
    [
      'a compressed body that ends early',
      JSON.stringify({
        encoding: 'gzip+base64',
        data: gzipSync('"canary"').subarray(0, 20).toString('base64'),
      }),
      'cannot be decompressed',
    ],
    [
      'a compressed body without JSON',
      JSON.stringify({ encoding: 'gzip+base64', data: gzipSync('canary').toString('base64') }),
      'compressed message body does not hold JSON',
    ],
    [
      'a compressed body that unfolds without end',
      JSON.stringify({
        encoding: 'gzip+base64',
        data: gzipSync(Buffer.alloc(70 * 1024 * 1024)).toString('base64'),
      }),
      'cannot be decompressed',
    ],
  ])('that is %s is an error that does not quote it', (_name, body, problem) => {
    expect(() => decodeMessageBody(body)).toThrow(problem);
    expect(() => decodeMessageBody(body)).not.toThrow('canary');
  });
});
