import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORD_REJECTION_CODES } from '../../../functions/core/errors.ts';
import { FORMATS } from '../../../functions/core/ingest/formats/index.ts';
import { STREAM_TYPES } from '../../../functions/core/model/config/source.ts';
import type { SourceAuth } from '../../../functions/core/model/config/source.ts';
import { aRequest, aSource, codeOf, inMemoryPorts, outcome } from './a-request.ts';
import { anyCharacter } from '../../any-character.ts';

const AUTHS: SourceAuth[] = [
  { type: 'none' },
  { type: 'none' },
  { type: 'none' },
  { type: 'bearer' },
  { type: 'basic', username: 'user' },
  { type: 'shared-secret', header: 'x-secret' },
  { type: 'hmac', header: 'x-signature', algorithm: 'sha1', signedContent: 'body' },
  {
    type: 'hmac',
    header: 'webhook-signature',
    algorithm: 'sha256',
    signedContent: 'id.timestamp.body',
    timestampHeader: 'webhook-timestamp',
    idHeader: 'webhook-id',
  },
];

const HEADERS = [
  'authorization',
  'content-encoding',
  'content-type',
  'idempotency-key',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
  'x-github-event',
  'x-secret',
  'x-signature',
];

const anyText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 40 }),
  fc.constantFrom(
    'gzip',
    'br',
    'deflate',
    'zstd',
    'application/x-www-form-urlencoded',
    'Bearer x',
    'Basic eDp5',
    '1768486981',
    'v1,AAAA',
    '__proto__',
  ),
);
const anyHeaders = fc.dictionary(
  fc.oneof(fc.constantFrom(...HEADERS), fc.string({ maxLength: 10 })),
  anyText,
  { maxKeys: 5 },
);

/** Names that formats look for, so that they meet values of every other kind. */
const NAMES = [
  'title',
  'summary',
  'message',
  'severity',
  'labels',
  'details',
  'alerts',
  'Records',
  'event_time',
  'alert',
  'action',
  'detail',
  'findings',
  'status',
  'annotations',
  'Message',
  'Type',
  'links',
  'remediation',
  'rule',
  'resources',
  '__proto__',
  'detail-type',
  'source',
  'mitre',
  'data',
];
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      null,
      true,
      -1,
      1e300,
      '',
      '2026-01-15T14:23:01Z',
      'high',
      'https://example.com/?a=1',
      '\uD800',
      '\uFFFF\0',
    ),
    fc.string({ unit: anyCharacter, maxLength: 10 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string({ maxLength: 5 })), tie('value'), {
      maxKeys: 6,
    }),
  ),
}));

const anyJson = anyValue.map((value) => Buffer.from(JSON.stringify(value)));
const anyPlain = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  anyJson,
  fc.array(anyJson, { maxLength: 4 }).map((parts) => Buffer.from(parts.join('\n'))),
  fc.string({ unit: anyCharacter, maxLength: 100 }).map((text) => Buffer.from(text)),
);
const packed = fc
  .tuple(anyPlain, fc.constantFrom(gzipSync, zstdCompressSync, brotliCompressSync, deflateSync))
  .map(([plain, pack]) => Buffer.from(pack(plain)));
const damaged = fc
  .tuple(packed, fc.nat(), fc.nat(255))
  .map(([bytes, at, byte]) =>
    Buffer.concat([
      bytes.subarray(0, at % bytes.length),
      Buffer.from([byte]),
      bytes.subarray((at % bytes.length) + 1),
    ]),
  );
const anyBody = fc.oneof(anyPlain, packed, damaged);

describe('whatever arrives', () => {
  it('is answered or refused with a known code, and what is enqueued survives JSON', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyBody,
        anyHeaders,
        fc.constantFrom(...AUTHS),
        fc.constantFrom(...FORMATS.map((format) => format.name)),
        fc.constantFrom(...STREAM_TYPES),
        fc.constantFrom(undefined, 'Records', 'detail.findings', '__proto__'),
        async (body, headers, auth, format, streamType, envelope) => {
          const source = aSource({ auth, format, streamType, ...(envelope !== undefined && { envelope }) });
          const { ports, enqueued } = inMemoryPorts({ sources: [source] });
          // Throws, and so fails, on anything that is no GatewayError.
          const result = await outcome(aRequest({ body, headers }), ports);
          const rejected = ('refusal' in result ? result.refusal.rejected : result.rejected) ?? [];
          expect(rejected.every(({ code }) => RECORD_REJECTION_CODES.includes(code))).toBe(true);
          if ('refusal' in result) {
            expect(enqueued).toEqual([]);
            expect(result.refusal.code).not.toBe('not-durable');
            return;
          }
          const alerts = enqueued.flatMap((accepted) => accepted.alerts);
          expect(alerts.map((alert) => alert.id)).toEqual(result.alertIds);
          const json = JSON.stringify(alerts);
          expect(json.isWellFormed()).toBe(true);
          expect(/(?<!\\)(?:\\\\)*\\ud[89a-f]/u.test(json)).toBe(false);
          expect(JSON.parse(json)).toEqual(alerts);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

const suite = new URL('../../../../shared/samples/json-test-suite/test_parsing/', import.meta.url);

describe('JSONTestSuite', () => {
  const names = existsSync(suite) ? readdirSync(suite).filter((name) => name.endsWith('.json')) : [];
  const run = async (name: string, streamType: 'json' | 'auto' | 'json-array' | 'lines') =>
    outcome(
      aRequest({ body: readFileSync(new URL(name.replaceAll('#', '%23'), suite)) }),
      inMemoryPorts({ sources: [aSource({ streamType })] }).ports,
    );
  const wasParsed = (result: Awaited<ReturnType<typeof run>>): boolean =>
    !('refusal' in result) || result.refusal.code === 'no-valid-record';

  it('is refused where it must be, parsed where it must be, and never more than that', async ({ skip }) => {
    skip(names.length === 0, 'JSONTestSuite is not on this machine');
    const wrong: string[] = [];
    for (const name of names) {
      const result = await run(name, 'json');
      const code = 'refusal' in result ? result.refusal.code : 'accepted';
      if (name.startsWith('y_') && !wasParsed(result)) wrong.push(`${name}: ${code}`);
      if (name.startsWith('n_') && code !== 'invalid-json' && code !== 'empty-body')
        wrong.push(`${name}: ${code}`);
      if (name.startsWith('i_') && !wasParsed(result) && code !== 'invalid-json')
        wrong.push(`${name}: ${code}`);
    }
    expect(wrong).toEqual([]);
    const count = (kind: string) => names.filter((name) => name.startsWith(kind)).length;
    expect({ y: count('y_'), n: count('n_'), i: count('i_') }).toEqual({ y: 95, n: 188, i: 35 });
  });

  it.for(['auto', 'json-array', 'lines'] as const)('breaks nothing as %s', async (streamType, { skip }) => {
    skip(names.length === 0, 'JSONTestSuite is not on this machine');
    const codes = new Set<string>();
    for (const name of names) {
      const result = await run(name, streamType);
      codes.add('refusal' in result ? result.refusal.code : 'accepted');
    }
    expect(
      [...codes].filter(
        (code) => !['accepted', 'invalid-json', 'empty-body', 'no-valid-record'].includes(code),
      ),
    ).toEqual([]);
  });
});

describe('the naughty strings', () => {
  const path = new URL('../../../../shared/samples/naughty-strings/', import.meta.url);
  const file = existsSync(path) ? readdirSync(path).find((name) => name.endsWith('.json')) : undefined;

  it('are accepted as titles, lines and header values', async ({ skip }) => {
    skip(file === undefined, 'the naughty strings are not on this machine');
    const strings = JSON.parse(readFileSync(new URL(file ?? '', path), 'utf8')) as string[];
    for (const text of strings) {
      const codes = [
        await codeOf(
          aRequest({ body: { title: text, details: { [text]: text }, labels: { [text]: text } } }),
        ),
        await codeOf(aRequest({ body: text })),
        await codeOf(aRequest({ headers: { 'idempotency-key': text, 'content-type': text } })),
      ];
      expect(
        codes.filter(
          (code) =>
            !['accepted', 'no-valid-record', 'unsupported-media-type', 'invalid-json', 'empty-body'].includes(
              code,
            ),
        ),
      ).toEqual([]);
    }
    expect(strings.length).toBeGreaterThan(500);
  });
});
