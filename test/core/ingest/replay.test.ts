import { createHmac } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../functions/core/ingest/formats/index.ts';
import {
  SIGNED_CONTENTS,
  type SignedContent,
  type SourceAuth,
} from '../../../functions/core/model/config/source.ts';
import type { IngestRequest } from '../../../functions/core/ingest/ingest-request.ts';
import { aRequest, aSource, codeOf, inMemoryPorts, NOW_SECONDS, outcome, SECRET } from './a-request.ts';
import { anSnsTopic } from './an-sns-topic.ts';

/** Headers by which a sender, or somebody who captured its request, can name a request. */
const KEY_HEADERS = [
  ...new Set([
    'idempotency-key',
    'webhook-id',
    'svix-id',
    ...FORMATS.flatMap(({ deliveryIdHeaders = [] }) => deliveryIdHeaders),
  ]),
];
const VENDOR_FORMATS = FORMATS.filter(({ deliveryIdHeaders }) => deliveryIdHeaders !== undefined);
/** Every format takes it. */
const BODY = {
  title: 'Disk full',
  specversion: '1.0',
  id: '1',
  source: '/disks',
  type: 'disk.full',
  data: { description: 'Disk full' },
};
const BYTES = Buffer.from(JSON.stringify(BODY));

type Headers = Record<string, string>;

/** What a request carries to prove itself. `id` and `timestamp` are signed where the content says so. */
function proof(auth: SourceAuth, body: Uint8Array, id = 'msg_1', timestamp = String(NOW_SECONDS)): Headers {
  switch (auth.type) {
    case 'bearer':
      return { authorization: `Bearer ${SECRET}` };
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${auth.username}:${SECRET}`).toString('base64')}` };
    case 'shared-secret':
      return { [auth.header]: SECRET };
    case 'none':
      return {};
    case 'hmac': {
      const before = {
        body: '',
        'timestamp.body': `${timestamp}.`,
        'timestamp:body': `${timestamp}:`,
        timestampbody: timestamp,
        'v0:timestamp:body': `v0:${timestamp}:`,
        'id.timestamp.body': `${id}.${timestamp}.`,
      }[auth.signedContent];
      return {
        [auth.header]: createHmac(auth.algorithm, SECRET).update(before).update(body).digest('hex'),
        ...(auth.timestampHeader !== undefined && { [auth.timestampHeader]: timestamp }),
        ...(auth.idHeader !== undefined && { [auth.idHeader]: id }),
      };
    }
    case 'sns':
    case 'routing-key':
    case 'aws-event':
      throw new Error('this auth proves itself by the body');
  }
}

function signed(signedContent: SignedContent, idHeader = 'webhook-id'): SourceAuth {
  return {
    type: 'hmac',
    header: 'x-signature',
    algorithm: 'sha256',
    signedContent,
    ...(signedContent !== 'body' && { timestampHeader: 'x-timestamp' }),
    ...(signedContent.startsWith('id.') && { idHeader }),
  };
}

const SIGNED = [
  ...SIGNED_CONTENTS.map((content) => signed(content)),
  signed('id.timestamp.body', 'svix-id'),
  signed('id.timestamp.body', 'x-id'),
];
const BY_SECRET: SourceAuth[] = [
  { type: 'bearer' },
  { type: 'basic', username: 'scanner' },
  { type: 'shared-secret', header: 'x-secret' },
  { type: 'none' },
];
const nameOf = (auth: SourceAuth) =>
  auth.type === 'hmac' ? `hmac ${auth.signedContent} ${auth.idHeader ?? ''}` : auth.type;

/** What came of the second of two requests to one source. */
async function second(
  auth: SourceAuth,
  format: string,
  [first, again]: readonly [IngestRequest, IngestRequest],
  given: { dedupWindowSeconds?: number; afterMs?: number } = {},
): Promise<string> {
  const { afterMs = 1_000, ...settings } = given;
  const { ports, clock } = inMemoryPorts({ sources: [aSource({ auth, format, ...settings })] });
  expect(await codeOf(first, ports)).toBe('accepted');
  clock.nowMs += afterMs;
  const result = await outcome(again, ports);
  if ('refusal' in result) return result.refusal.code;
  return result.duplicates > 0 ? 'duplicate' : 'accepted';
}

const FORMAT_NAMES = ['generic', ...VENDOR_FORMATS.map(({ name }) => name)];

describe.each(SIGNED.map((auth) => [nameOf(auth), auth] as const))(
  'a captured request, %s',
  (_name, auth) => {
    it.each(FORMAT_NAMES)('is the same one with other headers: %s', async (format) => {
      for (const header of KEY_HEADERS) {
        const isSigned = auth.type === 'hmac' && auth.idHeader === header;
        for (const before of [undefined, 'first']) {
          const captured = { ...(before !== undefined && { [header]: before }), ...proof(auth, BYTES) };
          const requests = [
            aRequest({ body: BYTES, headers: captured }),
            aRequest({ body: BYTES, headers: { ...captured, [header]: 'another' } }),
          ] as const;
          const came = await second(auth, format, requests);
          expect([header, before, came]).toEqual([header, before, isSigned ? 'unauthorized' : 'duplicate']);
        }
      }
    });

    const compressed: [string, Uint8Array, Headers][] = [
      ['plain', BYTES, {}],
      ['gzip', gzipSync(BYTES), { 'content-encoding': 'gzip' }],
      ['zstd', zstdCompressSync(BYTES), { 'content-encoding': 'zstd' }],
      ['deflate', deflateSync(BYTES), { 'content-encoding': 'deflate' }],
      ['br', brotliCompressSync(BYTES), { 'content-encoding': 'br' }],
    ];
    const unsigned: Headers[] = [
      {},
      { 'content-encoding': 'identity' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'ce-specversion': '1.0', 'ce-id': '2', 'ce-source': '/other' },
    ];

    it.each(compressed)(
      'never becomes another one by what is not signed: %s',
      async (_how, body, declared) => {
        for (const format of ['generic', 'cloudevents']) {
          for (const changed of unsigned) {
            const proved = proof(auth, body);
            const requests = [
              aRequest({ body, headers: { ...declared, ...proved } }),
              aRequest({ body, headers: { ...changed, ...proved } }),
            ] as const;
            // Or it cannot be read any more, and is refused.
            expect(await second(auth, format, requests)).toMatch(
              /^(?:duplicate|invalid-json|no-valid-record)$/u,
            );
          }
        }
      },
    );

    it('cannot take the key of a request that is yet to come', async () => {
      const other = Buffer.from('{"title":"Another"}');
      for (const header of KEY_HEADERS) {
        const key = auth.type === 'hmac' && auth.idHeader === header ? {} : { [header]: 'next' };
        const requests = [
          aRequest({ body: BYTES, headers: { ...proof(auth, BYTES), ...key } }),
          aRequest({ body: other, headers: { ...proof(auth, other, 'msg_2'), ...key } }),
        ] as const;
        expect(await second(auth, 'github', requests)).toBe('accepted');
      }
    });

    it('is known for as long as its signature is accepted, however short the window of the source', async () => {
      if (auth.type !== 'hmac' || auth.signedContent === 'body') return;
      // Signed by a clock that is 300 s ahead, so it is accepted for 600 s.
      const proved = proof(auth, BYTES, 'msg_1', String(NOW_SECONDS + 300));
      const request = aRequest({ body: BYTES, headers: proved });
      for (const [afterMs, expected] of [
        [599_000, 'duplicate'],
        [601_000, 'unauthorized'],
      ] as const) {
        expect(await second(auth, 'generic', [request, request], { dedupWindowSeconds: 1, afterMs })).toBe(
          expected,
        );
      }
    });
  },
);

describe('a signed id', () => {
  const auth = signed('id.timestamp.body');
  const send = (id: string, body: Uint8Array, at = NOW_SECONDS) =>
    aRequest({ body, headers: proof(auth, body, id, String(at)) });

  it('is the key: the same body under two ids is two requests, signed again it is one', async () => {
    expect(await second(auth, 'generic', [send('a', BYTES), send('b', BYTES)])).toBe('accepted');
    expect(await second(auth, 'generic', [send('a', BYTES), send('a', BYTES, NOW_SECONDS + 1)])).toBe(
      'duplicate',
    );
    expect(await second(auth, 'generic', [send('a', BYTES), send('a', Buffer.from('{"title":"b"}'))])).toBe(
      'idempotency-conflict',
    );
  });

  it('cannot be cut elsewhere under the same signature', async () => {
    const text = Buffer.from(`${NOW_SECONDS}.5 GB are left`);
    const captured = send('msg_1', text);
    const cut = {
      ...captured,
      body: text.subarray(text.indexOf('.') + 1),
      headers: { ...captured.headers, 'webhook-id': `msg_1.${NOW_SECONDS}` },
    };
    expect(await second(auth, 'generic', [captured, cut])).toBe('unauthorized');
  });
});

describe.each(BY_SECRET.map((auth) => [nameOf(auth), auth] as const))('a request by %s', (_name, auth) => {
  it.each(['idempotency-key', 'webhook-id', 'x-github-delivery'])(
    'is told from others by %s: whoever sends it holds the secret',
    async (header) => {
      const send = (value: string) =>
        aRequest({ body: BYTES, headers: { ...proof(auth, BYTES), [header]: value } });
      expect(await second(auth, 'github', [send('a'), send('a')])).toBe('duplicate');
      expect(await second(auth, 'github', [send('a'), send('b')])).toBe('accepted');
    },
  );

  it('is told by source and id of an event in binary mode, whose body may be the same again', async () => {
    const send = (source: string, id: string) =>
      aRequest({
        body: '{}',
        headers: {
          ...proof(auth, BYTES),
          'ce-specversion': '1.0',
          'ce-type': 'disk.full',
          'ce-source': source,
          'ce-id': id,
        },
      });
    expect(await second(auth, 'cloudevents', [send('/a', '1'), send('/a', '1')])).toBe('duplicate');
    expect(await second(auth, 'cloudevents', [send('/a', '1'), send('/a', '2')])).toBe('accepted');
    expect(await second(auth, 'cloudevents', [send('/a', '1'), send('/b', '1')])).toBe('accepted');
  });

  it('is told by its content where it has no key', async () => {
    const headers = proof(auth, BYTES);
    const packed = gzipSync(BYTES);
    expect(
      await second(auth, 'generic', [
        aRequest({ body: BYTES, headers }),
        aRequest({ body: packed, headers }),
      ]),
    ).toBe('duplicate');
  });
});

describe.each<SourceAuth>([
  { type: 'none' },
  { type: 'sns', topics: ['arn:aws:sns:eu-central-1:111122223333:alarms'] },
])('a captured message of SNS, auth $type', (auth) => {
  const topic = anSnsTopic();
  const Timestamp = new Date().toISOString();
  const message = topic.sign({ Message: 'ALARM', Subject: 'Disk', Timestamp });

  it.each([
    ['nothing else', message, {}],
    ['another header', message, { 'x-amz-sns-message-id': 'another', 'idempotency-key': 'another' }],
    ['an unsigned field', { ...message, UnsubscribeURL: 'https://example.com/' }, {}],
    ['its fields in another order', Object.fromEntries(Object.entries(message).toReversed()), {}],
    ['white space', `  ${JSON.stringify(message, undefined, 2)}\n`, {}],
    [
      'a signed line break in another field',
      {
        ...Object.fromEntries(Object.entries(message).filter(([name]) => name !== 'Subject')),
        MessageId: `${message['MessageId'] ?? ''}\nSubject\nDisk`,
      },
      {},
    ],
  ])('is the same one with %s', async (_what, again, headers: Headers) => {
    const { ports: base, clock } = inMemoryPorts({
      sources: [aSource({ format: 'cloudwatch-alarm', auth, dedupWindowSeconds: 1 })],
      nowMs: Date.now(),
    });
    const sns = { certificate: async () => topic.certificate, confirm: async () => {} };
    const ports = { ...base, sns };
    expect(await outcome(aRequest({ body: message }), ports)).toMatchObject({ accepted: 1 });
    if (auth.type === 'sns') clock.nowMs += 60_000;
    expect(await outcome(aRequest({ body: again, headers }), ports)).toMatchObject({ duplicates: 1 });
    const other = topic.sign({ Message: 'ALARM', MessageId: 'another', Timestamp });
    expect(await outcome(aRequest({ body: other }), ports)).toMatchObject({ accepted: 1 });
  });
});
