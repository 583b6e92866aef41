#!/usr/bin/env node
// `tocsin` from anywhere, also where it was linked and the Node.js outside is older than the one that runs TypeScript:
// then the project's own runs it.
import { spawnSync } from 'node:child_process';
import module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const main = new URL('main.ts', import.meta.url);
const [major = '0'] = process.versions.node.split('.');

if (Number(major) >= 24) {
  // What was compiled once is loaded in half the time. Not in the temporary folder that Node.js takes by itself: there
  // others of this machine could put their code in its place.
  module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/tocsin', import.meta.url)));
  await import(main.href);
} else {
  const own = createRequire(import.meta.url).resolve('node/bin/node');
  const { status, signal, error } = spawnSync(own, [fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  if (error !== undefined) throw error;
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = status ?? 1;
}
