#!/usr/bin/env node
import { openInBrowser } from './open-in-browser.ts';
import { runCli } from './run-cli.ts';
import type { ConsoleOptions } from './io.ts';

// `tocsin alerts list | head` closes the pipe early; that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const world = { env: process.env, clock: { now: () => Date.now() } };

process.exitCode = await runCli(process.argv.slice(2), {
  ...world,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  openInBrowser: (url: string) => {
    openInBrowser(url, process.env);
  },
  // No other command needs its libraries.
  serveConsole: async (options: ConsoleOptions) => {
    const { runConsole } = await import('../console/server/run-console.ts');
    return runConsole({ ...options, ...world });
  },
});
