#!/usr/bin/env node
import { openInBrowser } from './open-in-browser.ts';
import { pipedSink, whenGone } from './piped-sink.ts';
import { runCli } from './run-cli.ts';
import type { ConsoleOptions } from './io.ts';

void whenGone(process.stderr);

const world = { env: process.env, clock: { now: () => Date.now() } };

process.exitCode = await runCli(process.argv.slice(2), {
  ...world,
  stdout: pipedSink(process.stdout),
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
