import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { array, assert, asyncProperty, pre, string, stringMatching, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../functions/core/errors.ts';
import { ingestAlerts } from '../../../../functions/core/ingest/ingest-alerts.ts';
import { decodeBody } from '../../../../local/runtime/http-api/decode-body.ts';
import { aRequest, aSource, inMemoryPorts, SECRET } from '../a-request.ts';
import type { Alert } from '../../../../functions/core/model/wire/alert.ts';
import type { Source } from '../../../../functions/core/model/config/source.ts';
import { anyCharacter } from '../../../any-character.ts';

type Sent = {
  body: string | Buffer;
  type?: string;
  source?: Partial<Source>;
  headers?: Record<string, string>;
};

/** The alerts that a body becomes, or the code and the words of its refusal. */
async function sent({ body, type, source = {}, headers = {} }: Sent): Promise<Alert[] | GatewayError> {
  const { ports, enqueued } = inMemoryPorts({ sources: [aSource(source)] });
  const request = aRequest({
    body: Buffer.from(body),
    headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
  });
  try {
    await ingestAlerts(request, ports);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  return enqueued.flatMap(({ alerts }) => alerts);
}

const codeOf = (answer: Alert[] | GatewayError): string =>
  answer instanceof GatewayError ? answer.code : `${String(answer.length)} alerts`;

const FORM_DATA = 'multipart/form-data; boundary=----WebKit7MA4';
type Part = { name?: string; text: string | Buffer; head?: string };

function multipart(parts: Part[], { boundary = '----WebKit7MA4', eol = '\r\n', last = '--' } = {}): Buffer {
  return Buffer.concat([
    ...parts.map(({ name = 'data', text, head = '' }) =>
      Buffer.concat([
        Buffer.from(`--${boundary}${eol}Content-Disposition: form-data; name="${name}"${head}${eol}${eol}`),
        Buffer.from(text),
        Buffer.from(eol),
      ]),
    ),
    Buffer.from(`--${boundary}${last}${eol}`),
  ]);
}

describe('a multipart body', () => {
  const alert = '{"title":"Shop is down","severity":"high"}';

  it.each<[string, Buffer, string | undefined, object]>([
    ['a part of JSON', multipart([{ text: alert }]), FORM_DATA, { title: 'Shop is down', severity: 'high' }],
    [
      'line feeds alone',
      multipart([{ text: alert }], { eol: '\n' }),
      FORM_DATA,
      { title: 'Shop is down', severity: 'high' },
    ],
    [
      'a quoted boundary',
      multipart([{ text: alert }], { boundary: 'a b' }),
      'multipart/form-data; boundary="a b"',
      { title: 'Shop is down' },
    ],
    [
      'no boundary in the header',
      multipart([{ text: alert }]),
      'multipart/form-data',
      { title: 'Shop is down' },
    ],
    ['no content type', multipart([{ text: alert }]), undefined, { title: 'Shop is down' }],
    ['another content type', multipart([{ text: alert }]), 'application/json', { title: 'Shop is down' }],
    [
      'a part of JSON and fields',
      multipart([{ text: alert }, { name: 'host', text: 'web-1' }]),
      FORM_DATA,
      { title: 'Shop is down', details: { form_fields: { host: 'web-1' } } },
    ],
    [
      'fields',
      multipart([
        { name: 'title', text: 'Disk füll' },
        { name: 'severity', text: 'critical' },
        { name: 'host', text: 'a' },
        { name: 'host', text: 'b' },
      ]),
      FORM_DATA,
      { title: 'Disk füll', severity: 'critical', details: { host: ['a', 'b'] } },
    ],
    [
      'a file that is no text',
      multipart([
        { name: 'title', text: 'Screenshot' },
        { name: 'image', text: Buffer.from([0x89, 0x50, 0xff, 0]), head: '; filename="a.png"' },
      ]),
      FORM_DATA,
      { title: 'Screenshot', details: { image: '[4 bytes of "a.png" that are no text]' } },
    ],
    [
      'something before the first boundary',
      Buffer.concat([Buffer.from('preamble\r\n'), multipart([{ text: alert }])]),
      FORM_DATA,
      { title: 'Shop is down' },
    ],
    [
      'a boundary that is the beginning of another',
      multipart([{ text: '{"title":"a",\r\n"x":1}' }, { name: 'b', text: '------WebKit7MA4x' }]),
      FORM_DATA,
      { title: 'a', details: { x: 1, form_fields: { b: '------WebKit7MA4x' } } },
    ],
  ])('with %s is one alert', async (_what, body, type, expected) => {
    expect(await sent({ body, ...(type !== undefined && { type }) })).toEqual([
      expect.objectContaining(expected),
    ]);
  });

  it('is read as lines by no stream type', async () => {
    for (const streamType of ['auto', 'json', 'lines'] as const) {
      const answer = await sent({
        body: multipart([{ text: alert }]),
        type: FORM_DATA,
        source: { streamType },
      });
      expect(answer).toMatchObject([{ title: 'Shop is down' }]);
    }
  });

  it('that is the one of Uptime Kuma is one record', async () => {
    const path = new URL('../../../fixtures/field/51-uptime-kuma-multipart.txt', import.meta.url);
    const answer = await sent({
      body: readFileSync(path),
      type: 'multipart/form-data; boundary=------------------------735323031399963166993862',
      source: {
        format: 'mapping',
        mapping: {
          fields: { title: 'msg', resource: 'monitor.name' },
          severityScale: 'words',
          resolvedWhen: [],
        },
      },
    });
    expect(answer).toMatchObject([{ title: '[Shop] [Down] timeout', resources: [{ name: 'Shop' }] }]);
  });

  it.each<[string, Buffer, string]>([
    ['no last boundary', multipart([{ text: alert }], { last: '' }), FORM_DATA],
    ['nothing in it', Buffer.from('------WebKit7MA4--\r\n'), FORM_DATA],
    ['another boundary than it says', multipart([{ text: alert }]), 'multipart/form-data; boundary=other'],
    ['a boundary that is none', Buffer.from('abc'), 'multipart/form-data; boundary="a;"'],
    ['no boundary at all', Buffer.from('abc'), 'multipart/mixed'],
    ['too many parts', multipart(Array.from({ length: 101 }, () => ({ text: 'x' }))), FORM_DATA],
    [
      'headers without an end',
      Buffer.from(`------WebKit7MA4\r\n${'A: b\r\n'.repeat(3_000)}\r\nx\r\n------WebKit7MA4--\r\n`),
      FORM_DATA,
    ],
  ])('with %s is refused with the way out', async (_what, body, type) => {
    const answer = await sent({ body, type });
    expect(codeOf(answer)).toBe('unsupported-media-type');
    expect((answer as GatewayError).message).toContain('send JSON with content-type application/json');
  });

  it('that is hostile is looked at once: reads of bytes grow with the body, not with its square', async () => {
    const reads = async (count: number): Promise<number> => {
      const body = Buffer.from(`${'--b'.repeat(count)}\r\n--b\r\n\r\nx\r\n--bx\r\n--b--`);
      let searched = 0;
      const counting = new Proxy(body, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key);
          if (key === 'indexOf') {
            return (needle: Uint8Array | number, from: number) => {
              const found = target.indexOf(needle, from);
              searched += (found === -1 ? target.length : found) - from;
              return found;
            };
          }
          return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
        },
      });
      const { multipartRecord } = await import('../../../../functions/core/ingest/body/multipart.ts');
      multipartRecord(counting, 'b');
      return searched;
    };
    const [small, large] = [await reads(1_000), await reads(4_000)];
    expect(large / small).toBeLessThan(4.5);
  });

  it('keeps every field, whatever is in it', async () => {
    await assert(
      asyncProperty(
        array(tuple(stringMatching(/^[a-z]{1,8}$/u), string({ unit: anyCharacter })), {
          minLength: 1,
          maxLength: 5,
        }),
        async (fields) => {
          pre(fields.every(([, text]) => text.isWellFormed() && !/^\s*[[{]|\0/u.test(text)));
          pre(new Set(fields.map(([name]) => name)).size === fields.length);
          const { multipartRecord } = await import('../../../../functions/core/ingest/body/multipart.ts');
          const body = multipart(fields.map(([name, text]) => ({ name, text })));
          expect(JSON.parse(multipartRecord(body, '----WebKit7MA4'))).toEqual(Object.fromEntries(fields));
        },
      ),
    );
  });
});

describe('a form', () => {
  const type = 'application/x-www-form-urlencoded';
  it.each<[string, string, object]>([
    ['fields', 'title=Disk+full&severity=high&host=web%201', { title: 'Disk full', severity: 'high' }],
    ['a payload', `payload=${encodeURIComponent('{"title":"a"}')}`, { title: 'a' }],
    [
      'a payload behind other fields',
      `token=x&payload=${encodeURIComponent('{"title":"a"}')}`,
      { title: 'a' },
    ],
    [
      'a field of JSON',
      `title=a&rule=${encodeURIComponent('{"id":"7"}')}`,
      { title: 'a', rule: { id: '7' } },
    ],
    ['JSON that curl calls one', '{"title":"a=b&c=d"}', { title: 'a=b&c=d' }],
    ['text that curl calls one', 'cpu=95 is high', { title: 'cpu=95 is high' }],
    ['one word', 'DiskFull', { title: 'DiskFull' }],
  ])('with %s', async (_what, body, expected) => {
    expect(await sent({ body, type })).toEqual([expect.objectContaining(expected)]);
  });

  it.each([
    ['a broken escape', 'title=%zz', 'invalid-json'],
    ['fields without end', `a=b&${'c=d&'.repeat(1_000)}`, 'payload-too-large'],
  ])('with %s is refused', async (_what, body, code) => {
    expect(codeOf(await sent({ body, type }))).toBe(code);
  });
});

describe('XML and HTML', () => {
  it.each([
    ['XML', '<?xml version="1.0"?><alert><title>a</title></alert>', 'application/xml'],
    ['XML without a declaration', '<alert severity="high">\n<title>a</title>\n</alert>', undefined],
    ['an element alone', '<alert/>', 'text/xml'],
    ['SOAP', '<soap:Envelope xmlns:soap="x"><soap:Body/></soap:Envelope>', 'application/soap+xml'],
    ['HTML', '<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>', 'text/html; charset=utf-8'],
    ['HTML called JSON', '\n<html>\n<body>x</body></html>\n', 'application/json'],
  ])('as %s are refused, and one alert where the format takes text', async (_what, body, type) => {
    const given = { body, ...(type !== undefined && { type }) };
    const refused = await sent(given);
    expect(codeOf(refused)).toBe('unsupported-media-type');
    expect((refused as GatewayError).message).toContain('plain-text');
    const taken = await sent({ ...given, source: { format: 'plain-text' } });
    expect(codeOf(taken)).toBe('1 alerts');
    expect(JSON.stringify(taken)).toContain(JSON.stringify(body.trim().slice(0, 20)).slice(1, -1));
  });

  it.each([
    ['syslog', '<34>Oct 11 22:14:15 fw1 su: failed\n<13>Oct 11 22:14:16 fw1 x', 'auto', 2],
    ['lines that begin with a tag', '<b> failed\n<c> too', 'lines', 2],
    ['a JSON text about tags', '{"title":"<html>"}', 'auto', 1],
  ] as const)('are not mistaken for %s', async (_what, body, streamType, count) => {
    const source = { streamType };
    expect(codeOf(await sent({ body, type: 'application/json', source }))).toBe(`${String(count)} alerts`);
  });
});

describe('another notation', () => {
  const yaml = 'title: disk full\nseverity: high\n';
  const notations = ['application/yaml', 'text/x-yaml', 'application/cloudevents+yaml', 'text/csv'];

  it.each([...notations, 'application/x-protobuf', 'application/msgpack', 'application/cbor'])(
    'declared as %s is refused, and named',
    async (type) => {
      const refused = await sent({ body: yaml, type });
      expect(codeOf(refused)).toBe('unsupported-media-type');
      expect((refused as GatewayError).message).toContain(type);
    },
  );

  it.each(notations)('declared as %s is text where text is wanted', async (type) => {
    expect(codeOf(await sent({ body: yaml, type, source: { format: 'plain-text' } }))).toBe('2 alerts');
    expect(codeOf(await sent({ body: yaml, type, source: { streamType: 'lines' } }))).toBe('2 alerts');
  });

  it('that is JSON for all that is read', async () => {
    expect(codeOf(await sent({ body: '{"title":"a"}', type: 'application/yaml' }))).toBe('1 alerts');
  });
});

describe('JSON in other wrappings', () => {
  const [a, b] = ['{"title":"a"}', '{"title":"b"}'];
  it.each<[string, string, string[]]>([
    ['a string', JSON.stringify(a), ['a']],
    ['a string of an array', JSON.stringify(`[${a},${b}]`), ['a', 'b']],
    ['a string with white space', `\n ${JSON.stringify(`\n${a}\n`)}\n`, ['a']],
    ['an array of strings', JSON.stringify([a, b]), ['a', 'b']],
    ['a sequence of RFC 7464', `\u001E${a}\n\u001E${b}\n`, ['a', 'b']],
    ['a sequence of one', `\u001E${a}`, ['a']],
    ['a sequence over several lines', `\u001E{\n"title":\n"a"}\n\u001E${b}`, ['a', 'b']],
    ['a quoted line', '"disk full" on web-1', ['"disk full" on web-1']],
    ['a quoted text', '"disk full"', ['"disk full"']],
  ])('as %s', async (_what, body, titles) => {
    const answer = await sent({ body, type: 'application/json' });
    expect(answer instanceof GatewayError ? answer.message : answer.map(({ title }) => title)).toEqual(
      titles,
    );
  });

  it('is opened once, and no deeper', async () => {
    expect(
      codeOf(await sent({ body: JSON.stringify(JSON.stringify(a)), source: { streamType: 'json' } })),
    ).toBe('no-valid-record');
  });

  it('of a sequence that is cut off costs the others nothing', async () => {
    expect(codeOf(await sent({ body: `\u001E${a}\n\u001E{"title":` }))).toBe('1 alerts');
  });

  it('that would be half a million values is refused before it is read', async () => {
    for (const body of [
      JSON.stringify(`[${'[],'.repeat(600_000)}1]`),
      `\u001E[${'[],'.repeat(600_000)}1]`,
      `x=${'[],'.repeat(600_000)}`,
    ]) {
      expect(codeOf(await sent({ body, type: 'application/json' }))).toMatch(
        /payload-too-large|no-valid|alerts/u,
      );
    }
    const hostile = multipart([{ text: `[${'[],'.repeat(600_000)}1]` }]);
    expect(codeOf(await sent({ body: hostile, type: FORM_DATA }))).toBe('payload-too-large');
  });
});

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string, mark: boolean): Buffer =>
  Buffer.from(`${mark ? '\uFEFF' : ''}${text}`, 'utf16le');

describe('bytes that are not UTF-8', () => {
  it('cost a character each in lines, and the record says so', async () => {
    const body = Buffer.concat([
      Buffer.from('link up\nchassis '),
      Buffer.from([0x7e, 0xb0, 0xff]),
      Buffer.from(' changed\nfailed root login\n'),
    ]);
    for (const streamType of ['auto', 'lines'] as const) {
      const answer = await sent({ body, type: 'text/plain', source: { format: 'plain-text', streamType } });
      expect(answer).toMatchObject([
        { title: 'link up' },
        { title: 'chassis ~\uFFFD\uFFFD changed', unclassified: [{ code: 'replaced-bytes' }] },
        { title: 'failed root login' },
      ]);
      expect((answer as Alert[])[0]?.unclassified).toBeUndefined();
    }
  });

  it('are taken from the field as they came', async () => {
    const path = new URL('../../../fixtures/field/16-syslog-non-utf8-line.txt', import.meta.url);
    const answer = await sent({
      body: readFileSync(path),
      source: { format: 'plain-text', streamType: 'lines' },
    });
    expect(codeOf(answer)).toBe('3 alerts');
  });

  it.each<[string, Buffer, string]>([
    ['iso-8859-1', latin1('{"title":"Zugriff für José"}'), 'application/json; charset=iso-8859-1'],
    ['windows-1252', latin1('{"title":"Zugriff für José"}'), 'application/json; charset="Windows-1252"'],
    ['utf-16 with a mark', utf16('{"title":"Zugriff für José"}', true), 'application/json; charset=utf-16'],
    ['utf-16le', utf16('{"title":"Zugriff für José"}', false), 'application/json;charset=UTF-16LE'],
    ['utf-16 that only its mark says', utf16('{"title":"Zugriff für José"}', true), 'application/json'],
    [
      'utf-16be with a mark',
      utf16('{"title":"Zugriff für José"}', true).swap16(),
      'application/json; charset=utf-16',
    ],
    ['utf-16le that nothing says', utf16('{"title":"Zugriff für José"}', false), 'application/json'],
    [
      'utf-16be that nothing says',
      utf16('[{"title":"Zugriff für José"}]', false).swap16(),
      'application/json',
    ],
    [
      'utf-8 called us-ascii',
      Buffer.from('{"title":"Zugriff für José"}'),
      'application/json; charset=us-ascii',
    ],
  ])('but %s are read', async (_what, body, type) => {
    expect(await sent({ body, type })).toMatchObject([{ title: 'Zugriff für José' }]);
  });

  it('that were lost on the way cost their characters alone', async () => {
    const type = 'application/json; charset=iso-8859-1';
    const { body = '' } = decodeBody(latin1('{"title":"für"}'), { 'content-type': type }, 'lossy');
    expect(await sent({ body, type })).toMatchObject([
      { title: 'f\uFFFDr', unclassified: [{ code: 'replaced-bytes' }] },
    ]);
  });

  it.each<[string, Buffer, string, string]>([
    ['JSON', latin1('{"title":"für"}'), 'application/json', 'invalid-json'],
    [
      'an unknown charset',
      latin1('{"title":"für"}'),
      'text/plain; charset=klingon',
      'unsupported-media-type',
    ],
    [
      'binary',
      Buffer.from(Array.from({ length: 256 }, (_, at) => (at * 151) % 256)),
      'text/plain',
      'invalid-json',
    ],
  ])('are refused in %s', async (_what, body, type, code) => {
    const answer = await sent({ body, type });
    expect(codeOf(answer)).toBe(code);
    if (code === 'invalid-json') expect((answer as GatewayError).message).toContain('charset=iso-8859-1');
  });

  it('are signed as they were sent', async () => {
    const body = latin1('für');
    const auth = { type: 'hmac', header: 'x-sig', algorithm: 'sha256', signedContent: 'body' } as const;
    const headers = { 'x-sig': createHmac('sha256', SECRET).update(body).digest('hex') };
    expect(codeOf(await sent({ body, headers, source: { auth } }))).toBe('1 alerts');
  });
});
