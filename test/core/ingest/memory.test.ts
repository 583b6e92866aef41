import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('measure-memory.ts', import.meta.url));
const MIB = 2 ** 20;
const zeros = (mib: number) => Buffer.alloc(mib * MIB);
/** Keeps the ratio low, so that it is not the ratio that refuses. */
const noise = createHash('shake256', { outputLength: 45_000 }).update('noise').digest('hex');

/** What a process of its own grew by at most, while it took one request. */
function measured(input: Uint8Array, encoding?: string): { code: string; grownMiB: number } {
  const args = [
    '--disable-warning=ExperimentalWarning',
    program,
    ...(encoding === undefined ? [] : [encoding]),
  ];
  return JSON.parse(execFileSync(process.execPath, args, { input, encoding: 'utf8' })) as {
    code: string;
    grownMiB: number;
  };
}

/** As much as one request may hold: 10,000 records of 1 KB, some 200 KB when compressed. */
function fullBatch(): Uint8Array {
  const records = Array.from({ length: 10_000 }, (_, index) => {
    const text = `note ${String(index)} of a sender with something to say. `.repeat(20);
    const details = { source_ip: `203.0.113.${String(index % 250)}`, rule: `rule-${String(index % 31)}` };
    const record = { type: 'threat_alert', severity: 'high', title: `Alert ${String(index)}`, details };
    return JSON.stringify({ ...record, text: text.slice(0, 1_004 - JSON.stringify(record).length) });
  });
  return gzipSync(records.join('\n'));
}

describe('the memory that one request can take', () => {
  it('stays below 80 MiB for the largest honest one, records and alerts side by side', () => {
    const seen = measured(fullBatch());
    expect(seen.code).toBe('accepted');
    expect(seen.grownMiB).toBeLessThan(80);
  });

  it.each<[string, () => Uint8Array, string | undefined, string]>([
    ['gzip of 128 MiB', () => gzipSync(zeros(128)), undefined, 'payload-too-large'],
    [
      'gzip members of 1 GiB together',
      () =>
        Buffer.concat(Array.from({ length: 32 }, () => gzipSync(zeros(32), { level: 1 }))).subarray(
          0,
          MIB - 200,
        ),
      undefined,
      'payload-too-large',
    ],
    ['zstd of 256 MiB', () => zstdCompressSync(zeros(256)), undefined, 'payload-too-large'],
    [
      'brotli of 256 MiB',
      () => brotliCompressSync(zeros(256), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
      'br',
      'payload-too-large',
    ],
    ['deflate of 128 MiB', () => deflateSync(zeros(128)), 'deflate', 'payload-too-large'],
    [
      'three million empty arrays',
      () => gzipSync(`{"title":"x","noise":"${noise}","a":[${'[],'.repeat(3_300_000)}1]}`),
      undefined,
      'payload-too-large',
    ],
    [
      'half a million nested arrays',
      () => Buffer.from('['.repeat(500_000) + ']'.repeat(500_000)),
      undefined,
      'no-valid-record',
    ],
  ])('stays below 64 MiB: %s', (_what, body, encoding, code) => {
    const seen = measured(body(), encoding);
    expect(seen.code).toBe(code);
    expect(seen.grownMiB).toBeLessThan(64);
  });
});
