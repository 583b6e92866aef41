import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTool } from '../cli/tool.ts';
import { READ_PATHS } from '../console/api/paths.ts';
import { dynamodbRequestRecords } from '../functions/adapters/dynamodb/requests.ts';
import { serveConsole } from '../console/server/serve-console.ts';
import { consoleBrowser } from '../test/console/server/console-browser.ts';
import { emulatedGateway } from '../test/cli/emulated-gateway.ts';
import { sizes } from './sizes.ts';
import { clientOf, DAY_MS, writeDay } from './stored-day.ts';
import { median, verdict } from './verdict.ts';

/**
 * The first rows of every list of the console, with a day of alerts stored: the time that its server takes, and how often it
 * calls the table. The table is the one of the local run, reached over HTTP; each call takes 10 ms more, as AWS would.
 *
 * `npx node bench/console-lists.ts 1000000 1000`: so many alerts and destinations; 100,000 and 20 when left out.
 */
const {
  alerts: ALERTS,
  destinations: DESTINATIONS,
  rounds: ROUNDS,
} = sizes({
  alerts: { usual: 100_000, smallest: 200 },
  destinations: { usual: 20, smallest: 2 },
  rounds: { usual: 7, smallest: 1 },
});
const CALL_MS = 10;
/** What is looked for has no entry of its own, so each look reads more deliveries than it shows. */
const RARE = 'dead deliveries of all destinations';
const DAY = Date.parse('2026-01-15T00:00:00.000Z');
/** The end of the day, so that it is the day where lists look first. */
const clock = { now: () => DAY + DAY_MS - 1 };

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-lists-'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>');
const latency = { callMs: 0 };
const gateway = await emulatedGateway(clock, { database: join(folder, 'table.sqlite'), latency });
const tool = openTool({ env: {}, clock }, { data: gateway.data }, gateway.gateway);

async function made(...argv: string[]): Promise<string> {
  const answer = await tool.answer(argv);
  if ('failure' in answer) throw new Error(answer.failure.message);
  return (answer.json as { id: string }).id;
}

const tableCalls = () => gateway.asked.filter((target) => target.startsWith('DynamoDB')).length;

try {
  const sourceId = await made('source', 'create', '--name', 'scanner', '--format', 'generic');
  const destinationIds: string[] = [];
  for (let index = 0; index < DESTINATIONS; index += 1) {
    const to = `p${String(index)}@example.com`;
    destinationIds.push(
      await made('destination', 'create', 'email', '--name', `d${String(index)}`, '--to', to),
    );
  }
  const started = performance.now();
  const client = clientOf(gateway.emulators.dynamoDb);
  const { table } = gateway.manifest;
  const watcher = dynamodbRequestRecords({ client, table });
  // The watcher is as near as it ever is, and knows sheets since before that day.
  const iso = (ms: number) => new Date(ms).toISOString();
  await watcher.keepLookedAtUntil(iso(clock.now() - 180_000), iso(DAY - 2 * DAY_MS));
  await writeDay(
    { client, table, clock, retentionDays: 90, wait: async () => {} },
    { alerts: ALERTS, dayMs: DAY, sourceId, destinationIds },
  );
  console.log(
    `${String(ALERTS)} alerts written in ${((performance.now() - started) / 60_000).toFixed(1)} minutes`,
  );
  latency.callMs = CALL_MS;
  const served = await serveConsole(0, {
    gateway: gateway.gateway,
    tool,
    clock,
    isReadOnly: false,
    webFolder: folder,
  });
  const page = await consoleBrowser(served.url);
  const lists = {
    alerts: READ_PATHS.alerts,
    'alerts of a severity and type': `${READ_PATHS.alerts}?severity=critical&type=threat*`,
    'alerts of a source': `${READ_PATHS.alerts}?source=scanner`,
    'alerts with a text that is nowhere': `${READ_PATHS.alerts}?text=nowhere`,
    'deliveries of a destination': `${READ_PATHS.deliveries}?destination=d0`,
    'deliveries of all destinations': READ_PATHS.deliveries,
    [RARE]: `${READ_PATHS.deliveries}?state=dead`,
    sources: READ_PATHS.sources,
    destinations: READ_PATHS.destinations,
    routes: READ_PATHS.routes,
    silences: READ_PATHS.silences,
  };
  await page.read(READ_PATHS.alerts);
  const most = { ms: 0, calls: 0, callsOfRare: 0 };
  for (const [name, path] of Object.entries(lists)) {
    const taken: number[] = [];
    let calls = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const [before, at] = [tableCalls(), performance.now()];
      await page.read(path);
      taken.push(performance.now() - at);
      calls = tableCalls() - before;
    }
    console.log(`${name}: ${median(taken).toFixed(0)} ms, ${String(calls)} calls`);
    most.ms = Math.max(most.ms, median(taken));
    if (name === RARE) most.callsOfRare = calls;
    else most.calls = Math.max(most.calls, calls);
  }
  const [at, before, cpu] = [performance.now(), tableCalls(), process.cpuUsage()];
  await page.read(READ_PATHS.overview);
  const { user } = process.cpuUsage(cpu);
  console.log(
    `overview: ${(performance.now() - at).toFixed(0)} ms, of which ${(user / 1_000).toFixed(0)} ms of CPU, the table's included; ${String(tableCalls() - before)} calls`,
  );
  verdict(`row 16: ms of the slowest list of the console, with ${String(ALERTS)} alerts`, most.ms, 300);
  verdict('row 16: table calls of the list that needs most', most.calls, 3);
  verdict('row 16: table calls of one look for what is rare', most.callsOfRare, 10);
  await served.close();
} finally {
  await gateway.close();
  rmSync(folder, { recursive: true, force: true });
}
