import { expect, it, describe } from 'vitest';
import { sortConfig } from '../../../functions/adapters/dynamodb/config-items.ts';
import { STORED_KINDS } from '../../../functions/core/config/stored/kinds.ts';
import type { ConfigKind } from '../../../functions/core/model/config/unreadable-config.ts';
import { aMailingList, aSilence, aSource, aWebhook } from '../records.ts';
import { WHOLE_ITEMS } from '../whole-items.ts';

/**
 * Fields that were changed by hand to another value of their kind, which no command would have written: the item is named as one
 * that cannot be read, or the product works with it.
 */
const NUMBERS: unknown[] = [
  -1,
  0,
  0.001,
  1.5,
  1e12,
  Number.MAX_SAFE_INTEGER,
  1e100,
  2n ** 60n,
  Number.MAX_VALUE,
];
const LONG_TEXT = 'x'.repeat(200_000);
const INSTANTS = [
  '1',
  '2026',
  'Fri Nov 27 2026',
  '2026-11-27T08:00:00',
  '+275760-09-13T00:00:00.000Z',
  'now',
];

/** A number that works as well as the one that was written, and why. */
const WORKS: Record<string, readonly unknown[]> = {
  // It is only compared with the one before.
  version: [0, 1e12, Number.MAX_SAFE_INTEGER],
  secretVersion: [0, 1e12, Number.MAX_SAFE_INTEGER],
};

function isUnreadable(kind: ConfigKind, config: object, id: string): boolean {
  const item = { sk: id, schema_version: 1, revision: 1, config, without_auth: true };
  return sortConfig(STORED_KINDS[kind] as never, [item]).unreadable.length > 0;
}

function leavesOf(value: unknown, path: string[] = []): { path: string[]; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([name, field]) => leavesOf(field, [...path, name]));
}

function changed<T extends object>(config: T, path: readonly string[], becomes: unknown): T {
  const copy = structuredClone(config);
  const at = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>(
      (value, name) => value[name] as Record<string, unknown>,
      copy as Record<string, unknown>,
    );
  at[path.at(-1) ?? ''] = becomes;
  return copy;
}

describe.each(WHOLE_ITEMS)('%s', (_what, kind, config) => {
  const leaves = leavesOf(config);
  const readable = (values: readonly unknown[], isOf: (value: unknown, path: string) => boolean) =>
    leaves.flatMap(({ path, value }) => {
      const name = path.join('.');
      return isOf(value, name)
        ? values
            .filter((other) => !(WORKS[name] ?? []).includes(other))
            .filter((other) => !isUnreadable(kind, changed(config, path, other), config.id))
            .map((other) => `${name} = ${String(other).slice(0, 30)}`)
        : [];
    });

  it('has no number that the commands would refuse', () => {
    expect(readable(NUMBERS, (value) => typeof value === 'number')).toEqual([]);
  });

  it('has no text as long as an item, which would be in every alert', () => {
    expect(readable([LONG_TEXT], (value) => typeof value === 'string')).toEqual([]);
  });

  it('has no instant that is read in two ways, or is none', () => {
    expect(readable(INSTANTS, (_value, path) => /(?:At|notAfter)$/u.test(path))).toEqual([]);
  });
});

describe('a value that no command writes', () => {
  const hmac = {
    type: 'hmac',
    header: 'x-signature',
    algorithm: 'sha256',
    signedContent: 'timestamp.body',
    timestampHeader: 'x-time',
  } as const;

  it.each([
    ['a header in capitals, which no request has', aSource({ auth: { ...hmac, header: 'X-Signature' } })],
    ['a header that API Gateway drops', aSource({ auth: { type: 'shared-secret', header: 'te' } })],
    ['a text that is no header', aSource({ auth: { ...hmac, timestampHeader: 'x time' } })],
    ['a user with a colon, which no sender can have', aSource({ auth: { type: 'basic', username: 'a:b' } })],
    ['a topic that is none', aSource({ auth: { type: 'sns', topics: ['arn:aws:sqs:eu-central-1:1:one'] } })],
  ])('%s', (_what, config) => {
    expect(isUnreadable('source', config, config.id)).toBe(true);
  });

  it.each([
    ['retries without a pause', aWebhook({ retry: { delaysSeconds: [0, 0] } })],
    ['retries without an end', aWebhook({ retry: { delaysSeconds: Array.from({ length: 21 }, () => 1) } })],
    [
      'more recipients than a list has',
      aMailingList({
        recipients: Array.from({ length: 51 }, (_, index) => ({
          address: `a${String(index)}@example.com`,
          role: 'it_admin' as const,
        })),
      }),
    ],
    [
      'one recipient twice',
      aMailingList({
        recipients: ['a@example.com', 'A@example.com'].map((address) => ({ address, role: 'it_admin' })),
      }),
    ],
  ])('%s', (_what, config) => {
    expect(isUnreadable('destination', config, config.id)).toBe(true);
  });

  it('as a date alone says the same everywhere', () => {
    const silence = aSilence({ startsAt: '2026-11-26', endsAt: '2026-11-28' });
    expect(isUnreadable('silence', silence, silence.id)).toBe(false);
  });
});
