import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as keys from '../../../functions/adapters/dynamodb/keys.ts';
import { INDEX_SHARDS, TABLE } from '../../../functions/core/model/wire/table.ts';

const { shardOf, shardsOf } = keys;
const AT = '2026-01-15T08:00:00.000Z';

type Made = {
  key: Record<string, string>[];
  rows?: Record<string, string>;
  /** Where queries look for what `rows` holds. */
  time?: string[];
  lookup?: string[];
};

/** Every noun of the table, as `keys.ts` makes it. */
const MADE: Record<string, Made> = {
  'source, destination, route, silence, interval, lookup': {
    key: (['source', 'destination', 'route', 'silence', 'interval', 'lookup'] as const).map((kind) =>
      keys.configKey(kind, 'src_1'),
    ),
  },
  'version of the configuration': { key: [keys.configVersionKey()] },
  'name claim': { key: [keys.nameKey('source', 'Wazuh')] },
  'request (idempotency)': {
    key: [keys.requestKey('src_1', 'a key # of a sender')],
    rows: keys.requestRows('req_1', AT),
    time: keys.requestPartitions('2026-01-15'),
    lookup: [keys.requestLookupPartition('req_1')],
  },
  'what is open': {
    key: [keys.watchedKey('req_1')],
    rows: keys.watchedRows({ kind: 'request', id: 'req_1' }, AT),
    time: keys.watchedPartitions('request'),
  },
  'what an operator sent': {
    key: [keys.sentKey('delivery-1')],
    rows: keys.sentRows('delivery-1', AT),
    time: keys.sentPartitions('2026-01-15'),
  },
  'how far the watcher has looked': { key: [keys.watcherKey()] },
  'by which configuration it judged what is held': { key: [keys.heldJudgementKey()] },
  'sheet: up to ten alerts of a request': {
    key: [keys.sheetKey('sheet-1.0')],
    rows: keys.alertRows('sheet-1.0', 'src_1', AT),
    time: [keys.alertPartition('2026-01-15')],
    lookup: [keys.alertOfSourcePartition('src_1', '2026-01-15')],
  },
  'alert that lies alone': {
    key: [keys.alertKey('alert-1')],
    rows: keys.alertRows('alert-1', 'src_1', AT),
    time: [keys.alertPartition('2026-01-15')],
    lookup: [keys.alertOfSourcePartition('src_1', '2026-01-15')],
  },
  'whom it goes to, where that is too long for its item': { key: [keys.alertPlanKey('alert-1', 'a1b2', 2)] },
  'which first attempts of a sheet were begun': {
    key: [keys.tallyKey('sheet-1.0', 'dst_1')],
    rows: keys.deliveryTimeRow('sheet-1.0', 'dst_1', AT),
    time: [keys.deliveryPartition('dst_1', '2026-01-15')],
  },
  delivery: {
    key: [keys.deliveryKey({ id: 'delivery-1' })],
    rows: keys.deliveryTimeRow('delivery-1', 'dst_1', AT),
    time: [keys.deliveryPartition('dst_1', '2026-01-15')],
  },
  'delivery of a digest': {
    key: [keys.deliveryOfAlertKey({ alert_id: 'digest-1', id: 'delivery-1' })],
    rows: {
      ...keys.deliveryTimeRow('delivery-1', 'dst_1', AT),
      ...keys.deliveryLookupRow('delivery-1', AT),
    },
    time: [keys.deliveryPartition('dst_1', '2026-01-15')],
    lookup: [keys.deliveryLookupPartition('delivery-1')],
  },
  'system alert, as it was first said': { key: [keys.systemAlertKey('alert-1')] },
  'source health': { key: [keys.healthKey('src_1')] },
  'record of a source that was refused': { key: [keys.refusedSampleKey('src_1')] },
  'what is to be done about a type': { key: [keys.remediationKey('falco.shell')] },
  'who changed and deleted what is gone': { key: [keys.historyKey('source', 'Wazuh')] },
  suppression: { key: [keys.suppressionKey('dst_1', 'Ops@Example.COM')] },
  'flow to an addressee': { key: [keys.flowKey('dst_1', 'Ops@Example.COM')] },
  'flow to a chat': { key: [keys.flowKey('dst_1')] },
  'what a reader was told of a finding': {
    key: [keys.storyKey({ destinationId: 'dst_1', sourceId: 'src_1', dedupKey: 'a key # of a sender' })],
  },
  'what a silence covered': {
    key: [keys.silencedKey('sil_1', { destinationId: 'dst_1', deliveryId: 'delivery-1' })],
  },
  'silence whose end was told': { key: [keys.summarizedKey('sil_1')] },
  digest: { key: [keys.digestPageKey('digest-1', 3_000_007), keys.digestSummaryKey('digest-1')] },
  'canary, for three days': { key: [keys.canaryKey({ id: 'canary-1', sentAt: AT })] },
  "what the canary's next run has to know": { key: [keys.canaryStateKey()] },
  'endpoint that has failed': { key: [keys.endpointKey('dst_1')] },
};

/** The list in the comment of `model/wire/table.ts`, by the first column. */
function listed(): Map<string, string[]> {
  const source = readFileSync(
    new URL('../../../functions/core/model/wire/table.ts', import.meta.url),
    'utf8',
  );
  const rows = Array.from(source.matchAll(/^ \* \| (?<row>.+) \|$/gmu), ({ groups }) =>
    (groups?.['row'] ?? '').split('|').map((cell) => cell.trim()),
  );
  return new Map(rows.filter(([noun]) => noun !== 'item').map(([noun = '', ...cells]) => [noun, cells]));
}

/** `ALERTS#<day>#<shard>` as a pattern; a cell in words stands for any text. */
function patternsOf(cell: string): RegExp[] {
  const codes = Array.from(cell.matchAll(/`([^`]+)`/gu), ([, code = '']) => code);
  if (codes.length === 0) return [/lower case/u.test(cell) ? /^[^A-Z#]+$/u : /^[^#]+$/u];
  return codes.map((code) => {
    const parts = code.split(/<[^>]+>/u).map((part) => part.replaceAll(/[^\w#-]/gu, String.raw`\$&`));
    return new RegExp(`^${parts.join('[^#]+')}$`, 'u');
  });
}

describe('the keys', () => {
  test('are those of every item that the table lists, and of no other', () => {
    expect(Object.keys(MADE)).toEqual([...listed().keys()]);
  });

  test.each(Object.entries(MADE))('of %s are as listed', (noun, { key, rows }) => {
    const [pk = '', sk = '', byTime = '', byLookup = ''] = listed().get(noun) ?? [];
    for (const made of key) {
      expect(Object.keys(made)).toEqual([TABLE.partitionKey, TABLE.sortKey]);
      expect(
        patternsOf(pk).some((pattern) => pattern.test(made['pk'] ?? '')),
        made['pk'],
      ).toBe(true);
      expect(
        patternsOf(sk).some((pattern) => pattern.test(made['sk'] ?? '')),
        made['sk'],
      ).toBe(true);
    }
    expect(rows !== undefined, 'has rows in an index').toBe(byTime !== '');
    if (rows === undefined) return;
    const [timePartition, timeSort] = patternsOf(byTime);
    expect(rows[TABLE.byTime.partitionKey]).toMatch(timePartition ?? /never/u);
    expect(rows[TABLE.byTime.sortKey]).toMatch(timeSort ?? /never/u);
    expect(rows[TABLE.byLookup.partitionKey] !== undefined, 'can be looked up').toBe(byLookup !== '');
    if (byLookup !== '') {
      expect(rows[TABLE.byLookup.partitionKey]).toMatch(patternsOf(byLookup)[0] ?? /never/u);
    }
  });

  test.each(Object.entries(MADE).filter(([, { rows }]) => rows !== undefined))(
    'of %s lie where a query looks',
    (_, { rows = {}, time = [], lookup }) => {
      expect(time).toContain(rows[TABLE.byTime.partitionKey]);
      if (lookup !== undefined) expect(lookup).toContain(rows[TABLE.byLookup.partitionKey]);
    },
  );

  test('of two requests with different keys differ, and say nothing of the key', () => {
    const one = keys.requestKey('src_1', 'order-1').pk;
    expect(one).not.toBe(keys.requestKey('src_1', 'order-2').pk);
    expect(one).not.toContain('order');
  });

  test('are read back: what a key was made of', () => {
    expect(keys.sourceIdOfHealth(keys.healthKey('src_1'))).toBe('src_1');
    expect(keys.destinationIdOfSuppression(keys.suppressionKey('dst_1', 'a@example.com'))).toBe('dst_1');
    expect(keys.numberOfDigestPage(keys.digestPageKey('digest-1', 3_000_007))).toBe(3_000_007);
  });

  test('of a digest: its pages sort before their end, and its summary after it', () => {
    const { pk, sk: end } = keys.afterDigestPagesKey('digest-1');
    expect(pk).toBe(keys.digestPageKey('digest-1', 0).pk);
    expect(keys.digestPageKey('digest-1', 3_999_999).sk < end).toBe(true);
    expect(keys.digestSummaryKey('digest-1').sk > end).toBe(true);
  });

  test('of the deliveries of an alert begin alike, and that of the alert does not', () => {
    const { pk, begin } = keys.deliveriesOfAlert('alert-1');
    const delivery = keys.deliveryOfAlertKey({ alert_id: 'alert-1', id: 'delivery-1' });
    expect(delivery.pk).toBe(pk);
    expect(delivery.sk.startsWith(begin)).toBe(true);
    expect(keys.alertKey('alert-1')).toMatchObject({ pk });
    expect(keys.alertKey('alert-1').sk.startsWith(begin)).toBe(false);
  });
});

describe('the shard of an id', () => {
  test('is always the same one of the day', () => {
    const shards = shardsOf('ALERTS#2026-01-15');
    expect(shards).toEqual(['ALERTS#2026-01-15#0', 'ALERTS#2026-01-15#1', 'ALERTS#2026-01-15#2']);
    for (let times = 0; times < 100; times += 1) {
      const id = randomUUID();
      expect(shards).toContain(shardOf('ALERTS#2026-01-15', id));
      expect(shardOf('ALERTS#2026-01-15', id)).toBe(shardOf('ALERTS#2026-01-15', id));
    }
  });

  test('spreads ids evenly: no shard gets a tenth more than its part', () => {
    const counts = new Map<string, number>();
    for (let number = 0; number < 30_000; number += 1) {
      const shard = shardOf('DAY', `0b7f2e1c-8a4d-5c3e-9f60-${number.toString(16).padStart(12, '0')}`);
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual(shardsOf('DAY'));
    for (const count of counts.values()) expect(count).toBeLessThan((30_000 / INDEX_SHARDS) * 1.1);
  });
});
