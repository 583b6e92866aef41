import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../functions/core/errors.ts';
import { isMalformed, problemOf } from '../../../../functions/core/ingest/body/malformed-record.ts';
import { MAX_RECORDS, splitRecords } from '../../../../functions/core/ingest/body/split-records.ts';
import { MAX_VALUES } from '../../../../functions/core/ingest/body/value-count.ts';
import type { StreamType } from '../../../../functions/core/model/config/source.ts';

function split(text: string, streamType: StreamType = 'auto', envelope?: string): unknown {
  try {
    return splitRecords(text, streamType, envelope).map((record) =>
      isMalformed(record) ? `malformed: ${problemOf(record)}` : record,
    );
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}

const A = { title: 'a' };
const B = { title: 'b' };
const [a, b] = [JSON.stringify(A), JSON.stringify(B)];

describe('splitting a body into records', () => {
  it.each<[string, string, StreamType, unknown]>([
    ['an array', `[${a},${b}]`, 'auto', [A, B]],
    ['an array as json-array', `[${a},${b}]`, 'json-array', [A, B]],
    ['an array of what is no alert', '[1,null,[],"x"]', 'auto', [1, null, [], 'x']],
    ['an object', a, 'auto', [A]],
    ['an object as json', `\n ${a} \n`, 'json', [A]],
    ['an object over several lines', JSON.stringify(A, undefined, 2), 'auto', [A]],
    ['objects one per line', `${a}\n${b}`, 'auto', [A, B]],
    ['objects one per line of Windows', `${a}\r\n\r\n${b}\r\n`, 'auto', [A, B]],
    ['objects without anything between', `${a}${b}`, 'auto', [A, B]],
    [
      'objects over several lines one after another',
      `${JSON.stringify(A, undefined, 2)}\n${b}`,
      'auto',
      [A, B],
    ],
    [
      'braces and quotes inside of strings',
      '{"title":"}{\\"["}{"title":"b"}',
      'auto',
      [{ title: '}{"[' }, B],
    ],
    ['a byte order mark before an object', `\uFEFF${a}`, 'auto', [A]],
    ['a byte order mark before an array', `\uFEFF [${a}]`, 'json-array', [A]],
    ['a byte order mark before a line', '\uFEFFdisk full', 'auto', [{ message: 'disk full' }]],
    [
      'lines of text',
      'disk full\n\n  \ncpu hot\r\n',
      'auto',
      [{ message: 'disk full' }, { message: 'cpu hot' }],
    ],
    [
      'lines of JSON and text',
      `${a}\ncpu hot\n[1]\n5`,
      'lines',
      [A, { message: 'cpu hot' }, { message: '[1]' }, { message: '5' }],
    ],
    ['a line that only begins like JSON', `{oops\n${a}`, 'lines', [{ message: '{oops' }, A]],
  ])('takes %s', (_what, text, streamType, records) => {
    expect(split(text, streamType)).toEqual(records);
  });

  it.each<[string, string, StreamType, string]>([
    ['nothing', '', 'auto', 'empty-body'],
    ['white space', ' \r\n\t', 'lines', 'empty-body'],
    ['a byte order mark alone', '\uFEFF', 'json', 'empty-body'],
    ['an empty array', '[]', 'auto', 'empty-body'],
    ['an object where an array is expected', a, 'json-array', 'invalid-json'],
    ['two objects where one is expected', `${a}${b}`, 'json', 'invalid-json'],
    ['an object that does not end', '{"title":"a"', 'auto', 'invalid-json'],
    ['an array that does not end', `[${a}`, 'auto', 'invalid-json'],
    ['an object and junk', `${a} junk`, 'auto', 'invalid-json'],
    ['two byte order marks', `\uFEFF\uFEFF${a}`, 'json', 'invalid-json'],
    ['white space that JSON does not know', `\u00A0${a}`, 'json', 'invalid-json'],
    ['NUL', `{"title":"\0"}`, 'auto', 'invalid-json'],
  ])('refuses %s', (_what, text, streamType, code) => {
    expect(split(text, streamType)).toBe(code);
  });

  it('keeps the objects around a line that cannot be read', () => {
    expect(split(`${a}\n{"title":\n${b}`)).toEqual([
      A,
      expect.stringMatching(/^malformed: the line is not valid JSON/u),
      B,
    ]);
  });

  it('says where JSON breaks, and quotes nothing of it', () => {
    const broken = () => splitRecords('{"token":"s3cret",}', 'json');
    expect(broken).toThrow('the body is not valid JSON (at character 19)');
    expect(() => splitRecords('{"a":', 'auto')).toThrow('the body is not valid JSON (it ends too early)');
    expect(broken).not.toThrow(/s3cret/u);
  });
});

describe('an envelope', () => {
  it.each<[string, string, string, unknown]>([
    ['a key', `{"Records":[${a},${b}]}`, 'Records', [A, B]],
    ['a path', `{"detail":{"findings":[${a}]}}`, 'detail.findings', [A]],
    ['one per line', `{"Records":[${a}]}\n{"Records":[${b}]}`, 'Records', [A, B]],
    ['nothing there', `{"records":[${a}]}`, 'Records', 'invalid-json'],
    ['an object there', `{"Records":${a}}`, 'Records', 'invalid-json'],
    ['an empty array there', '{"Records":[]}', 'Records', 'empty-body'],
    ['a name of every object', a, 'constructor', 'invalid-json'],
    ['a name of the prototype', '{"__proto__":{"x":[]}}', 'toString.x', 'invalid-json'],
  ])('with %s', (_what, text, envelope, expected) => {
    expect(split(text, 'auto', envelope)).toEqual(expected);
  });

  it('names an object without one among others', () => {
    expect(split(`{"Records":[${a}]}\n{}`, 'auto', 'Records')).toEqual([
      A,
      expect.stringContaining('no array at "Records"'),
    ]);
  });
});

describe('how much a body may hold', () => {
  const many = (count: number, joint: string) => Array.from({ length: count }, () => a).join(joint);

  it.each<[string, (count: number) => string, StreamType]>([
    ['an array', (count) => `[${many(count, ',')}]`, 'auto'],
    ['objects one per line', (count) => many(count, '\n'), 'auto'],
    ['objects one after another', (count) => many(count, ''), 'auto'],
    ['lines', (count) => `x\n`.repeat(count), 'lines'],
    ['an envelope', (count) => `{"Records":[${many(count, ',')}]}`, 'auto'],
  ])('is 10,000 records as %s', (what, text, streamType) => {
    const envelope = what === 'an envelope' ? 'Records' : undefined;
    expect(MAX_RECORDS).toBe(10_000);
    expect(split(text(MAX_RECORDS), streamType, envelope)).toHaveLength(MAX_RECORDS);
    expect(split(text(MAX_RECORDS + 1), streamType, envelope)).toBe('payload-too-large');
  });

  it('does not count the lines of one object', () => {
    const long = JSON.stringify({ a: Array.from({ length: MAX_RECORDS + 1 }, () => 1) }, undefined, 1);
    expect(split(long)).toHaveLength(1);
    expect(split(`${long}\n${long}`)).toHaveLength(2);
    expect(split(`${long},`)).toBe('invalid-json');
  });

  it('does not count blank lines', () => {
    expect(split(`x${'\n'.repeat(100_000)}y`)).toHaveLength(2);
  });

  it('is half a million values', () => {
    const nested = (count: number) => `{"a":[${Array.from({ length: count }, () => '0').join(',')}]}`;
    // The object and the array are values too.
    expect(split(nested(MAX_VALUES - 1))).toHaveLength(1);
    expect(split(nested(MAX_VALUES))).toBe('payload-too-large');
    expect(split(`${nested(MAX_VALUES / 2)}\n${nested(MAX_VALUES / 2)}`, 'lines')).toBe('payload-too-large');
    expect(split(`{"a":"${','.repeat(MAX_VALUES * 2)}\\"${'['.repeat(10)}"}`)).toHaveLength(1);
    const message = JSON.stringify(`{"b":[${'[],'.repeat(MAX_VALUES / 2)}1]}`);
    expect(split(`{"title":"x","Message":${message}}`)).toBe('payload-too-large');
    expect(split(','.repeat(MAX_VALUES * 2), 'lines')).toHaveLength(1);
  });
});
