/**
 * A process of its own that takes one request, whose body is on standard input, and prints what came of it and by how
 * many MiB its memory grew at most: `{"code":"payload-too-large","grownMiB":12.5}`.
 *
 * `node measure-memory.ts [content-encoding]`
 */
import { readFileSync } from 'node:fs';
import { aRequest, codeOf, inMemoryPorts } from './a-request.ts';

const [encoding] = process.argv.slice(2);
const body = readFileSync(0);
// Whatever is loaded and compiled once is no growth of the request that is measured.
for (let round = 0; round < 50; round += 1) {
  await codeOf(aRequest({ body: { title: 'warm', round } }));
}
const { ports } = inMemoryPorts();
// The queue of other tests keeps a copy.
ports.alerts = { enqueue: async () => {} };
const headers = encoding === undefined ? {} : { 'content-encoding': encoding };
const before = process.memoryUsage.rss();
const code = await codeOf(aRequest({ body, headers }), ports);
const grownMiB = (process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20;
process.stdout.write(JSON.stringify({ code, grownMiB }));
