#!/usr/bin/env node
import { pipedSink, whenGone } from './piped-sink.ts';
import { runCli } from './run-cli.ts';
import type { ConsoleOptions } from './io.ts';

void whenGone(process.stderr);

const world = { env: process.env, clock: { now: () => Date.now() } };

async function openInBrowser(url: string): Promise<void> {
  const opener = await import('../console/server/open-in-browser.ts');
  opener.openInBrowser(url, process.env);
}

process.exitCode = await runCli(process.argv.slice(2), {
  ...world,
  stdout: pipedSink(process.stdout),
  stderr: process.stderr,
  stdin: process.stdin,
  // No other command needs the libraries of the console.
  openInBrowser: (url: string) => void openInBrowser(url),
  serveConsole: async (options: ConsoleOptions) => {
    const { runConsole } = await import('../console/server/run-console.ts');
    return runConsole({ ...options, ...world });
  },
});
