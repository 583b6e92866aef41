import { spawnSync } from 'node:child_process';
import type { DynamodbClient } from '../functions/adapters/dynamodb/client.ts';
import { entryName, entryValue } from '../functions/adapters/dynamodb/digests/items.ts';
import { digestPageKey } from '../functions/adapters/dynamodb/keys.ts';
import { dynamodbDigestPages } from '../functions/adapters/dynamodb/digests/pages.ts';
import { fromWire, toWire } from '../functions/adapters/dynamodb/operations.ts';
import { closeDigest } from '../functions/core/deliver/flood/close-digest.ts';
import { nameBasedId } from '../functions/core/model/wire/ids.ts';
import { sizes } from './sizes.ts';
import { verdict } from './verdict.ts';

/**
 * Closing a storm of 100,000 alerts, each of another key: the worst there is, because what is kept grows with the keys.
 * The table answers from generated pages, 1 MiB at a time as DynamoDB does, through the adapter's own decoding. It runs
 * with a heap of 128 MB, a quarter of what the function has: without a limit the process would collect no garbage, and
 * its size say nothing. Memory is what the process took at most, less what it had before.
 */
const SMALL_HEAP = ['--max-old-space-size=128', '--max-semi-space-size=8'];
if (!process.execArgv.includes('--max-old-space-size=128')) {
  const args = [...process.execArgv, ...SMALL_HEAP, ...process.argv.slice(1)];
  process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
}
const { entries: ENTRIES } = sizes({
  entries: { usual: 100_000, smallest: 1_000 },
});
const PAGE_ENTRIES = 30;
/** So many pages are 1 MiB. */
const PAGES_PER_ANSWER = 130;
const AT = '2026-01-15T15:00:00.000Z';
const digestId = nameBasedId('digest', 'bench');
const pages = Math.ceil(ENTRIES / PAGE_ENTRIES);
let queries = 0;

function aPage(page: number): Record<string, unknown> {
  const entries = Array.from(
    { length: Math.min(PAGE_ENTRIES, ENTRIES - page * PAGE_ENTRIES) },
    (_, index) => {
      const id = nameBasedId('alert', page, index);
      const value = entryValue({
        alertId: id,
        key: id.replaceAll('-', '').slice(0, 16),
        severity: index % 10 === 0 ? 'critical' : 'high',
        title: `Unexpected sign-in of account ${id} from a network never seen before`,
        sourceName: 'identity provider',
        count: 1,
        firstAt: AT,
        lastAt: AT,
        because: 'hourly-limit',
      });
      return [entryName(id), value];
    },
  );
  return { ...digestPageKey(digestId, page), entries: PAGE_ENTRIES, ...Object.fromEntries(entries) };
}

async function answer(operation: string, input: Record<string, unknown>): Promise<unknown> {
  if (operation !== 'Query' || input['Limit'] === 1) return {};
  queries += 1;
  const start = input['ExclusiveStartKey'] as { sk: string } | undefined;
  const from = start === undefined ? 0 : Number(start.sk.slice('PAGE#'.length)) + 1;
  const to = Math.min(pages, from + PAGES_PER_ANSWER);
  const Items = Array.from({ length: to - from }, (_, index) => aPage(from + index));
  const LastEvaluatedKey = to < pages ? digestPageKey(digestId, to - 1) : undefined;
  // Through the wire, so that decoding is in the numbers.
  const wire = JSON.stringify({ Items: Items.map((Item) => wireItem(Item)) });
  return { ...fromWire(JSON.parse(wire) as Record<string, unknown>), LastEvaluatedKey };
}

function wireItem(Item: Record<string, unknown>): unknown {
  return (JSON.parse(toWire({ Item })) as { Item: unknown }).Item;
}

const client: DynamodbClient = { call: answer as DynamodbClient['call'], destroy: () => undefined };
const digests = dynamodbDigestPages({ client, table: 'Tocsin', clock: { now: () => 0 }, retentionDays: 90 });
const peakMb = (): number => process.resourceUsage().maxRSS / 1_024;
const beforeMb = peakMb();
const startedMs = performance.now();
const cpuBefore = process.cpuUsage();
const summary = await closeDigest(digestId, digests);
const cpu = process.cpuUsage(cpuBefore);
const cpuSeconds = (cpu.user + cpu.system) / 1_000_000;
console.log(
  `closing ${String(ENTRIES)} entries of as many keys: ${String(queries)} queries, ` +
    `${((performance.now() - startedMs) / 1_000).toFixed(1)} s, of which CPU ${cpuSeconds.toFixed(1)} s, the making of the pages included; ` +
    `memory ${beforeMb.toFixed(0)} MB before, ${peakMb().toFixed(0)} MB at most`,
);
verdict('entries that are not in the summary', Math.abs(ENTRIES - (summary?.count ?? 0)), 0);
verdict('CPU seconds of closing', cpuSeconds, 10);
verdict('MB of memory that closing takes', peakMb() - beforeMb, 150);
