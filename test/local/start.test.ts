import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { NODE_ENVIRONMENT } from '../node-environment.ts';

/** A thread fills its young objects, and tells how many bytes they have. */
const thread = `
  const kept = [];
  for (let turn = 0; turn < 3e6; turn += 1) kept[turn % 5e4] = { turn };
  const young = require('node:v8').getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  const told = require('node:worker_threads').workerData;
  Atomics.store(told, 0, young.space_size);
  Atomics.notify(told, 0);
`;

/** Loaded before the program: at its end a thread starts, as an environment does. */
const atTheEnd = `
  import { Worker } from 'node:worker_threads';
  process.once('exit', () => {
    const told = new Int32Array(new SharedArrayBuffer(4));
    new Worker(${JSON.stringify(thread)}, { eval: true, workerData: told, resourceLimits: { maxYoungGenerationSizeMb: 3 } });
    Atomics.wait(told, 0, 0);
    console.error(JSON.stringify({ flags: process.execArgv, bytes: told[0] }));
  });
`;

test('the limit of the main thread for young objects is not the one of an environment', async () => {
  const start = fileURLToPath(new URL('../../local/start.mjs', import.meta.url));
  const preload = `data:text/javascript,${encodeURIComponent(atTheEnd)}`;
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', preload, start, '--help'],
    { env: NODE_ENVIRONMENT },
  );
  const { flags, bytes } = JSON.parse(stderr) as { flags: string[]; bytes: number };
  expect(flags).toContain('--max-semi-space-size=4');
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(3 * 1024 * 1024);
});
